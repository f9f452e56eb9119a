import { expect, test } from 'vitest';
import type { Call, Operation, SubgraphResponse } from '../../../platform/calls/call.ts';
import { openPeers, PeerFault, PeerRefusal } from '../../../platform/subgraph/peer.ts';
import { SubgraphCallError } from '../../../platform/transport/subgraph-client.ts';

const caller = { signal: AbortSignal.timeout(10_000), traceId: 'd'.repeat(32) };
const operation: Operation = { query: 'mutation { reserve }', variables: { quantity: 1 } };

function callProducts(respond: () => Promise<SubgraphResponse>, seen: unknown[] = []) {
  const clientFor = (name: string) => (given: Operation, call: Call) => {
    seen.push({ name, given, call });
    return respond();
  };
  return openPeers(clientFor, { name: 'purchases', peers: ['products'] }).callPeer(
    'products',
    operation,
    caller,
  );
}

test('calls a peer in its own name, with the trace id of the caller and its own limits, and returns the data', async () => {
  const seen: unknown[] = [];
  expect(await callProducts(async () => ({ data: { reserve: true } }), seen)).toEqual({ reserve: true });
  const viewer = { kind: 'service', name: 'purchases' };
  const call = {
    traceId: caller.traceId,
    viewer,
    signal: expect.any(AbortSignal),
    deadline: expect.any(Number),
  };
  expect(seen).toEqual([{ name: 'products', given: operation, call }]);
});

test('throws PeerRefusal, with code and details, when the peer refuses', async () => {
  const extensions = { code: 'OUT_OF_STOCK', productId: '7' };
  const refusal = callProducts(async () => ({ data: null, errors: [{ message: 'Sold out.', extensions }] }));
  await expect(refusal).rejects.toBeInstanceOf(PeerRefusal);
  await expect(refusal).rejects.toMatchObject({
    code: 'OUT_OF_STOCK',
    details: { productId: '7' },
    message: 'products refused: Sold out.',
  });
});

const unknown: [string, () => Promise<SubgraphResponse>][] = [
  [
    'masks a fault',
    async () => ({
      data: { reserve: null },
      errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    }),
  ],
  ['responds with an error without a code', async () => ({ errors: [{ message: 'x' }] })],
  [
    'responds with a code that is not a text',
    async () => ({ errors: [{ message: 'x', extensions: { code: 7 } }] }),
  ],
  ['responds without data', async () => ({ data: null })],
  ['responds with neither data nor errors', async () => ({})],
  ['does not respond', () => Promise.reject(new SubgraphCallError('products did not answer'))],
  // A refusal beside a fault: a part of the mutation may have been executed.
  [
    'masks a fault beside a refusal',
    async () => ({
      data: null,
      errors: [
        { message: 'no', extensions: { code: 'OUT_OF_STOCK' } },
        { message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      ],
    }),
  ],
];

test.each(unknown)(
  'throws PeerFault when the peer %s, because the operation may have been executed',
  async (_what, respond) => {
    await expect(callProducts(respond)).rejects.toBeInstanceOf(PeerFault);
  },
);

test('keeps the cause of a fault for the log', async () => {
  const cause = new SubgraphCallError('products did not answer');
  await expect(callProducts(() => Promise.reject(cause))).rejects.toMatchObject({
    message: 'products did not answer',
    cause,
  });
});

test.each([
  ['payments', ['products']],
  ['products', []],
  ['products', undefined],
])('does not call %s when the definition lists %j', async (name, peers) => {
  const clientFor = () => {
    throw new Error('the peer was called');
  };
  const self = peers === undefined ? { name: 'purchases' } : { name: 'purchases', peers };
  await expect(openPeers(clientFor, self).callPeer(name, operation, caller)).rejects.toThrow(
    `purchases calls ${name}, but does not list it as a peer`,
  );
});
