// Structured logs on standard output, one JSON object on each line. Logs contain ids and codes, never input, tokens or cards.
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Environment } from './environment.ts';

export type Log = Logger;

export function openLog(environment: Environment, name: string, to?: DestinationStream): Log {
  const options = {
    name,
    level: environment.LOG_LEVEL,
    base: { name, pid: process.pid },
    redact: [...secrets, ...inputs],
  };
  return to === undefined ? pino(options) : pino(options, to);
}

/** The logger removes these keys from every line, in case some code passes them by mistake. */
const secrets = [
  'password',
  'token',
  'paymentToken',
  '*.password',
  '*.token',
  '*.paymentToken',
  'headers.authorization',
];

/** Errors of failed statements contain input of users in these keys: the parameters, and the rows that PostgreSQL quotes. */
const inputs = ['err.parameters', 'err.driverError', 'err.detail', 'err.where'];
