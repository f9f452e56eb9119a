// A peer that refuses the identity of a subgraph: named in the log once, and in the health of the caller, which stays ready.
import { expect, test, vi } from 'vitest';
import type { Readiness } from '../../../platform/http/health.ts';
import { toReadiness } from '../../../platform/subgraph/health.ts';
import { openPeers } from '../../../platform/subgraph/peer.ts';
import { watchPeerIdentities } from '../../../platform/subgraph/peer-identities.ts';
import { SubgraphCallError } from '../../../platform/transport/subgraph-client.ts';

const self = { name: 'purchases', peers: ['payments', 'products'] };
const identity = 'refused: the clock of payments is 90 s ahead of the clock of this process';
const accepts: Readiness = { isReady: true, details: {} };
const refuses: Readiness = { isReady: false, details: { identity } };

function open() {
  const log = { error: vi.fn(), info: vi.fn() };
  const answers = new Map<string, () => Promise<Readiness>>();
  const asked: string[] = [];
  let now = 0;
  const checkReadiness = async (name: string) => {
    asked.push(name);
    return answers.get(name)?.() ?? accepts;
  };
  const identities = watchPeerIdentities(self, checkReadiness, log as never, () => now);
  const respond = async () => {
    throw new SubgraphCallError('payments answered with HTTP status 401', 'refused');
  };
  const peers = openPeers(() => respond, self, undefined, checkReadiness, identities);
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { log, answers, asked, peers, pass };
}

const state = { database: { up: true, latencyMs: 1 }, migrations: { applied: [], pending: [], unknown: [] } };

test('is named in the log once and in the details, and the caller stays ready', async () => {
  const { log, answers, asked, peers, pass } = open();
  answers.set('payments', async () => refuses);
  await expect.poll(peers.health).toMatchObject({ payments: { breaker: 'closed', identity } });
  expect(peers.health().products).toEqual({ breaker: 'closed', running: 0, queued: 0 });
  expect(asked, 'each is asked once in five seconds').toEqual(['payments', 'products']);
  expect(toReadiness({ ...state, peers: peers.health() })).toMatchObject({
    isReady: true,
    details: { peers: { payments: { identity } } },
  });
  pass(5_000);
  answers.set('payments', () => Promise.reject(new Error('it restarts')));
  await expect.poll(() => peers.health() && asked.length).toBe(4);
  expect(peers.health(), 'no answer is no news').toMatchObject({ payments: { identity } });
  pass(5_000);
  answers.delete('payments');
  await expect.poll(() => peers.health().payments).not.toHaveProperty('identity');
  expect(log.error.mock.calls).toEqual([
    [{ subgraph: 'payments', identity }, 'a subgraph refuses the identity of purchases'],
  ]);
  expect(log.info.mock.calls).toEqual([
    [{ subgraph: 'payments' }, 'a subgraph accepts the identity of purchases again'],
  ]);
});

test('is found out by the first call that it refuses, also where nobody asks for the health', async () => {
  const { log, answers, peers } = open();
  answers.set('payments', async () => refuses);
  const call = { signal: AbortSignal.timeout(5_000), traceId: 'd'.repeat(32) };
  await expect(peers.callPeer('payments', { query: 'mutation { pay }' }, call)).rejects.toThrow();
  await expect.poll(() => log.error.mock.calls.length).toBe(1);
});
