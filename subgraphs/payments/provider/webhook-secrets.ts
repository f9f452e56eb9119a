// The variable with the secrets of webhooks. It is a list, so that a secret can be replaced without losing an event: both are
// accepted until the provider signs with the new one.
import { z } from 'zod';

/** Maximum number of secrets. Each event is compared with the signature of each secret. */
const maxSecrets = 5;

export const webhookSecretList = z
  .string()
  .transform((text) => text.split(',').map((secret) => secret.trim()))
  .refine(
    (secrets) => secrets.length <= maxSecrets && secrets.every((secret) => secret !== ''),
    `must be 1 to ${maxSecrets} secrets, separated by commas`,
  );
