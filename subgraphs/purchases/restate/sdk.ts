// Restate's packages, as far as we use them, without depending on them: they are installed apart (deploy/restate) by
// those who run purchases on Restate, and loaded only then. What stands here is written after their own types.

import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createRequire } from 'node:module';
import { EnvironmentError } from '../../../platform/process/variables.ts';
import type { PurchaseId } from '../../../platform/values/ids.ts';

/** What a run of ours may do inside Restate. */
export interface RestateContext {
  /** The key of the workflow: the purchase's id. */
  key: PurchaseId;
  /** Runs an action and journals what it answers; afterwards it is replayed and never run again. */
  run: <Result>(name: string, action: () => Promise<Result>, options: RunOptions) => Promise<Result>;
  /** Also outlives this process. */
  sleep: (ms: number) => Promise<void>;
}

/** How often an action is repeated. Without `maxRetryAttempts`: until it answers. */
export interface RunOptions {
  maxRetryAttempts?: number;
  initialRetryInterval: number;
  maxRetryInterval: number;
  retryIntervalFactor: number;
}

export interface WorkflowDefinition<Input> {
  name: string;
  handlers: { run: (restate: RestateContext, input: Input) => Promise<void> };
  options: {
    journalRetention: number;
    workflowRetention: number;
    retryPolicy: { maxAttempts: number; onMaxAttempts: 'pause' | 'kill'; maxInterval: number };
  };
}

export type RequestListener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

export interface RestateEndpoint {
  bind: (workflow: unknown) => RestateEndpoint;
  setLogger: (log: (about: LogMetadata, ...message: unknown[]) => void) => RestateEndpoint;
  http2Handler: () => RequestListener;
}

export interface LogMetadata {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  context?: { invocationId: string; key?: string };
}

interface Sdk {
  endpoint: () => RestateEndpoint;
  workflow: <Input>(definition: WorkflowDefinition<Input>) => unknown;
  /** What `run` throws once it gave up. */
  TerminalError: abstract new (
    ...args: never[]
  ) => Error;
}

export interface WorkflowClient<Input> {
  workflowSubmit: (input: Input, options: unknown) => Promise<{ status: 'Accepted' | 'PreviouslyAccepted' }>;
  workflowAttach: (options: unknown) => Promise<void>;
}

interface RetryFailure {
  kind: 'network' | 'response';
  status?: number;
}

interface Clients {
  connect: (options: {
    url: string;
    retry: {
      maxAttempts: false;
      maxDuration: false;
      initialInterval: number;
      maxInterval: number;
      shouldRetry: (failure: RetryFailure) => boolean;
    };
  }) => { workflowClient: <Input>(workflow: { name: string }, key: PurchaseId) => WorkflowClient<Input> };
  defaultShouldRetry: (failure: RetryFailure) => boolean;
  rpc: {
    opts: (options: { signal: AbortSignal }) => unknown;
    sendOpts: (options: { signal: AbortSignal }) => unknown;
  };
}

export interface Restate {
  sdk: Sdk;
  clients: Clients;
}

/** Loads the packages. Throws EnvironmentError, with what to do, when they are not installed. */
export function loadRestate(
  installed: URL = new URL('../../../deploy/restate/package.json', import.meta.url),
): Restate {
  const load = createRequire(installed);
  try {
    return { sdk: load('@restatedev/restate-sdk'), clients: load('@restatedev/restate-sdk-clients') };
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND')) throw cause;
    throw new EnvironmentError([
      'PURCHASES_ENGINE: restate is not installed; install it with: npm ci --prefix deploy/restate',
    ]);
  }
}
