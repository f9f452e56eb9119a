// The load, in a process of its own, so that what clients cost is in nobody's figures: so many connections, each with one
// request at a time, for so many milliseconds. Every answer is read to its end, and one with errors ends the run.
import { Client } from 'undici';

/** Who asks: headers of each client, in undici's flat form. Request n has body n, modulo their number, whoever asks. */
export interface LoadOrder {
  kind: 'open';
  url: string;
  headers: readonly (readonly string[])[];
  bodies: readonly string[];
  connections: number;
  /** The client that begins, and how many ask in turn from there on. */
  first: number;
  many: number;
  leadIn: LeadIn;
}

/** How they ask before anybody counts: until so many requests are answered, for so many milliseconds at least and at most. */
export interface LeadIn {
  requests: number;
  leastMs: number;
  mostMs: number;
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
 * Opens the connections and asks over each for a while, so that a measured window begins in the middle of things: a process
 * that waited while others were measured has given memory and compiled code back, and its connections may have been closed.
 */
async function connect(order: LoadOrder): Promise<LoadReply> {
  const { origin } = new URL(order.url);
  const clients = Array.from({ length: order.connections }, () => new Client(origin, { pipelining: 1 }));
  open = { order, clients, sent: clients.length };
  await Promise.all(
    clients.map((client, index) => {
      const first = () => ask(client, order, index);
      // A gateway's connections to its subgraphs may have been closed while others were measured: a second try is fair.
      return first().catch(first);
    }),
  );
  const { requests, leastMs, mostMs } = order.leadIn;
  return askUntil(open, (answered, ms) => ms >= mostMs || (ms >= leastMs && answered >= requests));
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

/** One request, at the lowest level that undici has. Rejects for any answer but 200 without errors. */
function ask(client: Client, order: LoadOrder, turn: number): Promise<void> {
  const { pathname } = new URL(order.url);
  const { headers, bodies, first, many } = order;
  const whoAsks = first + (turn % many);
  return new Promise((resolve, reject) => {
    let status = 0;
    let failure: Buffer | undefined;
    client.dispatch(
      {
        method: 'POST',
        path: pathname,
        headers: [...(headers[whoAsks % headers.length] ?? [])],
        body: bodies[(first + turn) % bodies.length] ?? '',
      },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code;
        },
        onResponseData(_controller, chunk) {
          if (status !== 200 || chunk.includes('"errors"')) failure ??= chunk;
        },
        onResponseEnd() {
          if (failure === undefined && status === 200) resolve();
          else reject(new Error(`${order.url} answers ${status}: ${failure?.toString().slice(0, 500)}`));
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}
