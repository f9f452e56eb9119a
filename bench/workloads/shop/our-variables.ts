// The environment of Tributary's processes while they are measured: production settings with every check and limit at its default.
// Background work is off, because its statements would be counted as those of the measured subject.
export const measuredVariables: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  PRODUCTS_SWEEP_MS: '0',
  PAYMENTS_SWEEP_MS: '0',
  PURCHASES_SWEEP_MS: '60000',
  // In production the settings require a payment provider. The bench buys nothing, so payments never calls it.
  PAYMENTS_PROVIDER_URL: 'http://127.0.0.1:9',
  PAYMENTS_PROVIDER_KEY: 'a-key-that-opens-nothing',
  PAYMENTS_WEBHOOK_SECRET: 'a-secret-that-guards-nothing',
};
