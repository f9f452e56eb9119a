// Structured logs, one JSON line each, on standard output. Ids and codes only: never an input, a token or a card.
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

/** A last line of defence: these never belong in a log, whoever passes them. */
const secrets = [
  'password',
  'token',
  'paymentToken',
  '*.password',
  '*.token',
  '*.paymentToken',
  'headers.authorization',
];

/** Where a failed statement carries what people typed: its parameters, and the rows that PostgreSQL quotes. */
const inputs = ['err.parameters', 'err.driverError', 'err.detail', 'err.where'];
