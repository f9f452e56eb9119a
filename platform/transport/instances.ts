// One subgraph that runs as several instances, each at an address of its own: calls go round the instances that are ready.
//   leave     a call that no instance received, or whose connection broke, takes its instance out at once
//   return    every second each instance is asked whether it is ready: one that drains is left before it closes its connections, and
//             one that was left comes back
//   repeat    a call that was not sent goes to the next instance. So does a query that waits for an instance when that one does not
//             answer the question in time: its machine has stopped or is cut off. Every other call that may have been executed is
//             not repeated here: the caller repeats its queries (calls/resilience.ts), and that attempt meets another instance
// When no instance is ready, calls go to all of them: an attempt then says why, and it opens the circuit breaker of the caller.
import { type Execute, isQuery } from '../calls/call.ts';
import { rejectOnAbort, startTimeout } from '../calls/deadline.ts';
import type { ReadEvents } from '../events/read-events.ts';
import type { Readiness } from '../http/health.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { type SupergraphMap, splitRoutingUrl } from '../supergraph-map.ts';
import type { CheckReadiness } from './readiness.ts';
import {
  isUnsent,
  openSubgraphClient,
  SubgraphCallError,
  type SubgraphClient,
  type SubgraphClientOptions,
} from './subgraph-client.ts';

/** Time between two questions to an instance whether it is ready, and for its answer, in milliseconds. */
const pollMs = 1_000;
const pollTimeoutMs = 2_000;

/** A client of one of the project's own subgraphs. `routingUrl` is one URL, or several separated by commas. */
export function openOwnClient(
  name: string,
  routingUrl: string,
  sign: Sign,
  options: SubgraphClientOptions = {},
): SubgraphClient {
  const clients = splitRoutingUrl(routingUrl).map((url) => openSubgraphClient(name, url, sign, options));
  const [only] = clients;
  return clients.length === 1 && only !== undefined ? only : openInstances(clients);
}

interface Instance {
  client: SubgraphClient;
  isReady: boolean;
  /** How often a call has left it. An answer from before the last time says nothing of the time after it. */
  timesLeft: number;
  /** True while it is asked: questions that overlap could be answered in another order. */
  isAsked: boolean;
  /** Aborts when it does not answer the question in time. Then it gets a new one. */
  silence: AbortController;
}

/** Closes the clients with itself. `intervalMs` is the time between two questions. */
export function openInstances(clients: readonly SubgraphClient[], intervalMs = pollMs): SubgraphClient {
  const instances = clients.map(
    (client): Instance => ({
      client,
      isReady: true,
      timesLeft: 0,
      isAsked: false,
      silence: new AbortController(),
    }),
  );
  const chooseFirst = createRounds(instances);
  const timer = setInterval(() => {
    for (const instance of instances) void askWhetherReady(instance);
  }, intervalMs).unref();
  const callOne = async <Result>(
    call: (client: SubgraphClient, silence: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    let failure: unknown;
    for (const instance of listInOrder(instances, chooseFirst())) {
      const { signal: silence } = instance.silence;
      try {
        return await call(instance.client, silence);
      } catch (cause) {
        if (isFaultOfInstance(cause)) leave(instance);
        if (!isUnsent(cause) && cause !== silence.reason) throw cause;
        failure = cause;
      }
    }
    throw failure;
  };
  return {
    execute: (operation, call) =>
      callOne(({ execute }, silence) =>
        isQuery(operation.query)
          ? callUntil(silence, call.signal, (signal) => execute(operation, { ...call, signal }))
          : execute(operation, call),
      ),
    readEvents: (reader, request, signal) =>
      callOne(({ readEvents }, silence) =>
        callUntil(silence, signal, (ending) => readEvents(reader, request, ending)),
      ),
    readiness: (signal) => askAll(instances, signal),
    close: async () => {
      clearInterval(timer);
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

/** Rejects with the reason of the silence as soon as it aborts, and ends the call then. */
async function callUntil<Result>(
  silence: AbortSignal,
  signalOfCaller: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const endWith = ({ target }: Event) => ending.abort((target as AbortSignal).reason);
  const signals = [signalOfCaller, silence];
  for (const signal of signals) signal.addEventListener('abort', endWith);
  if (signalOfCaller.aborted) ending.abort(signalOfCaller.reason);
  try {
    return await call(ending.signal);
  } catch (cause) {
    throw ending.signal.aborted && ending.signal.reason === silence.reason ? silence.reason : cause;
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', endWith);
  }
}

/** Calls of one turn of the event loop get one instance, so that they share a request (bundle-client.ts). */
function createRounds(instances: readonly Instance[]): () => number {
  let index = -1;
  let isChosen = false;
  return () => {
    if (isChosen && instances[index]?.isReady) return index;
    if (!isChosen) setImmediate(() => (isChosen = false));
    isChosen = true;
    const later = [...instances.keys()].map((offset) => (index + 1 + offset) % instances.length);
    index = later.find((at) => instances[at]?.isReady) ?? later[0] ?? 0;
    return index;
  };
}

/** The instances to try, from the first on: those that are ready, or all when none is. */
function listInOrder(instances: readonly Instance[], first: number): readonly Instance[] {
  const all = [...instances.slice(first), ...instances.slice(0, first)];
  const ready = all.filter(({ isReady }) => isReady);
  return ready.length > 0 ? ready : all;
}

function leave(instance: Instance): void {
  instance.isReady = false;
  instance.timesLeft += 1;
}

/** A refusal, an answer that is too large and a caller that gives up say nothing about the instance. */
function isFaultOfInstance(cause: unknown): boolean {
  return cause instanceof SubgraphCallError && ['unsent', 'connection', 'broken'].includes(cause.reason);
}

async function askWhetherReady(instance: Instance): Promise<void> {
  if (instance.isAsked) return;
  instance.isAsked = true;
  const { timesLeft } = instance;
  const timeout = startTimeout(pollTimeoutMs);
  try {
    const { isReady } = await rejectOnAbort(instance.client.readiness(timeout.signal), timeout.signal);
    if (instance.timesLeft === timesLeft) instance.isReady = isReady;
  } catch (cause) {
    leave(instance);
    if (timeout.signal.aborted) {
      const { silence } = instance;
      instance.silence = new AbortController();
      silence.abort(new SubgraphCallError('an instance did not answer', 'connection', cause));
    }
  } finally {
    timeout.clear();
    instance.isAsked = false;
  }
}

/**
 * One instance that is ready makes the subgraph ready. The details are those of this one, with the state of each instance in order. A
 * URL of the list that leads elsewhere is named all the same: no instance would ever be ready there.
 */
async function askAll(instances: readonly Instance[], signal: AbortSignal): Promise<Readiness> {
  const answers = await Promise.allSettled(instances.map(({ client }) => client.readiness(signal)));
  const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const best = given.find(({ isReady }) => isReady) ?? given[0];
  if (best === undefined) {
    const causes = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    throw new AggregateError(causes, 'no instance answered');
  }
  const states = answers.map((answer) => ({ up: answer.status === 'fulfilled' && answer.value.isReady }));
  const url = given.map(({ details }) => details.url).find((problem) => problem !== undefined);
  const details = { ...best.details, ...(url === undefined ? {} : { url }), instances: states };
  return { isReady: best.isReady, details };
}

/** Opens the clients of all subgraphs of the map. `clientFor` throws for a name that the map does not have. */
export function openSubgraphClients(
  map: SupergraphMap,
  sign: Sign,
): {
  clientFor: (name: string) => Execute;
  eventsFor: (publisher: string, reader: string) => ReadEvents;
  readiness: CheckReadiness;
  close: () => Promise<void>;
} {
  const clients = new Map(
    map.subgraphs.map(({ name, routingUrl }) => [name, openOwnClient(name, routingUrl, sign)]),
  );
  const findClient = (name: string): SubgraphClient => {
    const client = clients.get(name);
    if (client === undefined) throw new Error(`supergraph.yaml has no subgraph "${name}"`);
    return client;
  };
  return {
    clientFor: (name) => findClient(name).execute,
    eventsFor: (publisher, reader) => (request, signal) =>
      findClient(publisher).readEvents(reader, request, signal),
    readiness: (name, signal) => findClient(name).readiness(signal),
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
