// A neighbour that refuses the calls of a subgraph: named in the log once and in the health, and when it makes the caller not ready.
import { describe, expect, test, vi } from 'vitest';
import type { Readiness } from '../../../platform/http/health.ts';
import { toInstanceReadiness } from '../../../platform/subgraph/health.ts';
import { watchNeighbours } from '../../../platform/subgraph/neighbours.ts';
import { openPeers } from '../../../platform/subgraph/peer.ts';
import { SubgraphCallError } from '../../../platform/transport/subgraph-client.ts';

const self = { name: 'purchases', peers: ['payments', 'products'] };
const identity = 'refused: the clock of payments is 90 s ahead of the clock of this process';
const accepts: Readiness = { isReady: true, details: {} };
const refuses: Readiness = { isReady: false, details: { identity } };

function open(answers = new Map<string, () => Promise<Readiness>>()) {
  const log = { error: vi.fn(), info: vi.fn() };
  const asked: string[] = [];
  let now = 0;
  const checkReadiness = async (name: string) => {
    asked.push(name);
    return answers.get(name)?.() ?? accepts;
  };
  const ask = (name: string) => async () => (await checkReadiness(name)).details;
  const neighbours = watchNeighbours(
    self.peers.map((name) => ({ name, ask: ask(name) })),
    log as never,
    () => now,
  );
  const respond = async () => {
    throw new SubgraphCallError('payments answered with HTTP status 401', 'refused');
  };
  const peers = openPeers(() => respond, self, undefined, checkReadiness, neighbours);
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { log, answers, asked, neighbours, peers, pass };
}

const database = { up: true, latencyMs: 1 };
const migrations = { applied: [], pending: [], unknown: [] };

/** The readiness of an instance with these neighbours. */
function judge({ neighbours, peers }: ReturnType<typeof open>) {
  return toInstanceReadiness({
    database,
    migrations,
    peers: peers.health(),
    configuration: neighbours.mistakes(),
  });
}

test('is named in the log once and in the details, and the caller stays ready while another peer accepts it', async () => {
  const opened = open(new Map([['payments', async () => refuses]]));
  const { log, answers, asked, peers, pass } = opened;
  await opened.neighbours.whenAsked;
  expect(peers.health()).toMatchObject({ payments: { breaker: 'closed', identity } });
  expect(peers.health().products).toEqual({ breaker: 'closed', running: 0, queued: 0 });
  expect(asked, 'each is asked once in five seconds').toEqual(['payments', 'products']);
  expect(judge(opened)).toMatchObject({ isReady: true, details: { peers: { payments: { identity } } } });
  pass(5_000);
  answers.set('payments', () => Promise.reject(new Error('it restarts')));
  await expect.poll(() => peers.health() && asked.length).toBe(4);
  expect(peers.health(), 'no answer is no news').toMatchObject({ payments: { identity } });
  pass(5_000);
  answers.delete('payments');
  await expect.poll(() => peers.health().payments).not.toHaveProperty('identity');
  expect(log.error.mock.calls).toEqual([
    [{ neighbour: 'payments', identity }, 'a neighbour refuses the identity of this process'],
  ]);
  expect(log.info.mock.calls).toEqual([
    [{ neighbour: 'payments' }, 'a neighbour answers this process again'],
  ]);
});

test('is found out by the first call that it refuses, also where nobody asks for the health', async () => {
  const { log, answers, neighbours, peers, pass } = open();
  await neighbours.whenAsked;
  answers.set('payments', async () => refuses);
  pass(5_000);
  const call = { signal: AbortSignal.timeout(5_000), traceId: 'd'.repeat(32) };
  await expect(peers.callPeer('payments', { query: 'mutation { pay }' }, call)).rejects.toThrow();
  await expect.poll(() => log.error.mock.calls.length).toBe(1);
});

describe('an instance is not ready', () => {
  const url = 'the URL of payments leads to products';
  const findings = (details: Readiness['details']) => async () => ({ isReady: false, details });

  test('while a URL leads to another subgraph, and says so', async () => {
    const opened = open(new Map([['payments', findings({ url })]]));
    await opened.neighbours.whenAsked;
    expect(judge(opened)).toMatchObject({ isReady: false, details: { configuration: [url] } });
  });

  test('while all peers that answer refuse its identity', async () => {
    const silent = () => Promise.reject(new Error('it is down'));
    const opened = open(
      new Map<string, () => Promise<Readiness>>([
        ['payments', findings({ identity })],
        ['products', silent],
      ]),
    );
    await opened.neighbours.whenAsked;
    expect(judge(opened)).toMatchObject({ isReady: false, details: { configuration: [identity] } });
  });

  test('but stays ready when a peer stops to accept calls that have worked', async () => {
    const opened = open();
    await opened.neighbours.whenAsked;
    for (const name of self.peers) opened.answers.set(name, findings({ url, identity }));
    opened.pass(5_000);
    await expect.poll(() => opened.peers.health()).toMatchObject({ payments: { url }, products: { url } });
    expect(judge(opened)).toMatchObject({ isReady: true, details: { configuration: [] } });
  });

  test('and a peer that is down says nothing about its configuration', async () => {
    const down = () => Promise.reject(new Error('it is down'));
    const opened = open(new Map(self.peers.map((name) => [name, down])));
    await opened.neighbours.whenAsked;
    expect(judge(opened)).toMatchObject({ isReady: true, details: { configuration: [] } });
  });
});

test('a neighbour that accepts the key is asked again after its own pause, and one that refuses it sooner', async () => {
  let now = 0;
  let asked = 0;
  let details: Record<string, string> = { key: 'refused' };
  const ask = async () => {
    asked += 1;
    return details;
  };
  const log = { error: vi.fn(), info: vi.fn() } as never;
  const neighbours = watchNeighbours([{ name: 'provider', ask, pauseMs: 600_000 }], log, () => now);
  await neighbours.whenAsked;
  expect(neighbours.mistakes()).toEqual(['refused']);
  now += 5_000;
  details = {};
  neighbours.refresh();
  await expect.poll(neighbours.mistakes).toEqual([]);
  now += 599_000;
  neighbours.refresh();
  expect(asked).toBe(2);
  now += 1_000;
  neighbours.refresh();
  expect(asked).toBe(3);
});
