// Structured logs on standard output, one JSON object on each line. Logs contain ids and codes, never input, tokens or cards.
import pino, { type DestinationStream, destination, type Logger, type LoggerOptions } from 'pino';
import type { Environment } from './environment.ts';
import { isStopHurried } from './shutdown.ts';

export type Log = Logger;

/**
 * In a stop that hurries (lifecycle.ts) the database of a query may close before the query: such a failure is a consequence of the stop, and
 * nobody has to do anything about it. Warnings and errors are then written as information.
 */
export function openLog(
  environment: Environment,
  name: string,
  to?: DestinationStream,
  isConsequence: () => boolean = isStopHurried,
): Log {
  const options: LoggerOptions = {
    name,
    level: environment.LOG_LEVEL,
    base: { name, pid: process.pid },
    redact: [...secrets, ...inputs],
    hooks: {
      logMethod(given, method, level) {
        const write = level >= warnLevel && isConsequence() ? this.info : method;
        write.apply(this, given);
      },
    },
  };
  return pino(options, to ?? openStandardOutput());
}

/** Maximum number of bytes that wait until standard output takes them. Later lines are dropped. */
const maxWaitingBytes = 16_777_216;

/**
 * On a full disk the lines wait for the next attempt, which comes with the next line. Without a listener, an error of the output would end the
 * process. pino writes what is left when the process exits, and would repeat that until the disk has space again.
 */
function openStandardOutput(): DestinationStream {
  const output = destination({ dest: 1, sync: false, maxLength: maxWaitingBytes });
  const { flushSync } = output;
  output.on('error', () => {
    output.flushSync = () => {};
  });
  output.on('write', () => {
    output.flushSync = flushSync;
  });
  return output;
}

/** pino's number of the level `warn`. */
const warnLevel = 40;

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
