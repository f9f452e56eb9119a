// The load generator. It runs in a process of its own, so that the CPU of clients is in no figure. Each connection sends one request
// at a time. Every response is read to its end, and a response with errors ends the run.
import { Client } from 'undici';

/** `headers` are those of each client, in undici's flat form. Request n has body n, modulo the number of bodies. */
export interface LoadOrder {
  kind: 'open';
  url: string;
  headers: readonly (readonly string[])[];
  bodies: readonly string[];
  connections: number;
  /** The index of the first client, and the number of clients that send requests in turn. */
  first: number;
  many: number;
  leadIn: LeadIn;
  /** True when each response must have status 400; otherwise one with errors ends the run. */
  areRefused?: boolean;
}

/** The unmeasured start of a window: it ends after `requests` responses, but not before `minMs` and not after `maxMs`. */
export interface LeadIn {
  requests: number;
  minMs: number;
  maxMs: number;
}

export interface RunOrder {
  kind: 'run';
  ms: number;
}

export type LoadReply = { took: Float64Array; seconds: number } | { error: string };

let open: { order: LoadOrder; clients: Client[]; sent: number } | undefined;

process.on('message', (order: LoadOrder | RunOrder) => {
  const work = order.kind === 'open' ? connect(order) : run(order.ms);
  work.then(
    (reply) => process.send?.(reply),
    (cause) => process.send?.({ error: String(cause) }),
  );
});
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.send?.('ready');

/**
 * Opens the connections and runs the lead-in: a subject that waited while others were measured may have released memory and
 * compiled code, and its connections may have been closed.
 */
async function connect(order: LoadOrder): Promise<LoadReply> {
  const { origin } = new URL(order.url);
  const clients = Array.from({ length: order.connections }, () => new Client(origin, { pipelining: 1 }));
  open = { order, clients, sent: clients.length };
  await Promise.all(
    clients.map((client, index) => {
      const first = () => ask(client, order, index);
      // A gateway's connections to its subgraphs may have been closed meanwhile, so a first request is repeated once.
      return first().catch(first);
    }),
  );
  const { requests, minMs, maxMs } = order.leadIn;
  return askUntil(open, (answered, ms) => ms >= maxMs || (ms >= minMs && answered >= requests));
}

async function run(ms: number): Promise<LoadReply> {
  if (open === undefined) throw new Error('nothing is open');
  const running = open;
  try {
    return await askUntil(running, (_answered, passed) => passed >= ms);
  } finally {
    open = undefined;
    await Promise.all(running.clients.map((client) => client.destroy()));
  }
}

async function askUntil(
  running: NonNullable<typeof open>,
  isOver: (answered: number, ms: number) => boolean,
): Promise<LoadReply> {
  const { order, clients } = running;
  const took: number[] = [];
  const started = performance.now();
  const worker = async (client: Client) => {
    for (let before = performance.now(); !isOver(took.length, before - started); ) {
      await ask(client, order, running.sent++);
      const after = performance.now();
      took.push(after - before);
      before = after;
    }
  };
  await Promise.all(clients.map(worker));
  return { took: Float64Array.from(took), seconds: (performance.now() - started) / 1000 };
}

/** Sends one request by undici's lowest-level function. Rejects unless the response has status 200 and no errors, or is refused. */
function ask(client: Client, order: LoadOrder, turn: number): Promise<void> {
  const { pathname } = new URL(order.url);
  const { headers, bodies, first, many, areRefused = false } = order;
  const expected = areRefused ? 400 : 200;
  const clientIndex = first + (turn % many);
  return new Promise((resolve, reject) => {
    let status = 0;
    let failure: Buffer | undefined;
    client.dispatch(
      {
        method: 'POST',
        path: pathname,
        headers: [...(headers[clientIndex % headers.length] ?? [])],
        body: bodies[(first + turn) % bodies.length] ?? '',
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData(_controller, chunk) {
          if (status !== expected || (!areRefused && chunk.includes('"errors"'))) failure ??= chunk;
        },
        onResponseEnd() {
          if (failure === undefined && status === expected) resolve();
          else reject(new Error(`${order.url} answers ${status}: ${failure?.toString().slice(0, 500)}`));
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}
