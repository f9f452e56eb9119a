// Types for the parts of Restate's packages that this engine uses. The project does not depend on the packages: operators who run
// purchases on Restate install them apart (deploy/restate), and only then are they loaded. The types follow those of the packages.

import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createRequire } from 'node:module';
import { EnvironmentError } from '../../../platform/process/variables.ts';
import type { PurchaseId } from '../../../platform/values/ids.ts';

/** The functions of Restate that a workflow may call. */
export interface RestateContext {
  /** The key of the workflow: the purchase's id. */
  key: PurchaseId;
  /** Runs an action and journals its result. Afterwards the result is replayed, and the action never runs again. */
  run: <Result>(name: string, action: () => Promise<Result>, options: RunOptions) => Promise<Result>;
  /** Pauses the workflow. The pause continues when this process ends. */
  sleep: (ms: number) => Promise<void>;
}

/** How often an action is repeated. Without `maxRetryAttempts`, it is repeated until it succeeds. */
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
  /** The error that `run` throws when it stops repeating. */
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

/** Loads the packages. Throws EnvironmentError when they are not installed; it names the command that installs them. */
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
