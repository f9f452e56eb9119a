// How `npm start` says what it does: to people in a terminal, or in production as lines of the log, for machines.
import { describeRelease } from '../../platform/http/release.ts';
import { print } from '../../platform/process/command.ts';
import type { Environment } from '../../platform/process/environment.ts';
import type { ReportStop } from '../../platform/process/lifecycle.ts';
import { openLog } from '../../platform/process/log.ts';
import { createStepPrinter } from './summary.ts';

export interface Speaker {
  step: (step: string) => void;
  message: (message: string, details?: Parameters<ReportStop>[1]) => void;
  warn: (message: string) => void;
  /** The summary is for people alone: it may have tokens in it. */
  ready: (details: Readonly<Record<string, unknown>>, formatSummary: () => string) => void;
}

export function createPrinter(): Speaker {
  return {
    step: createStepPrinter(print),
    message: (message) => print(message),
    warn: (message) => print(`WARNING: ${message}`),
    ready: (_details, formatSummary) => print(formatSummary()),
  };
}

export function createLogSpeaker(environment: Environment): Speaker {
  const log = openLog(environment, 'start');
  log.info({ ...describeRelease(environment.RELEASE), node: process.version }, 'starting');
  return {
    step: (step) => log.info(step),
    message: (message, details = {}) => log.info(details, message),
    warn: (message) => log.warn(message),
    ready: (details) => log.info(details, 'ready'),
  };
}
