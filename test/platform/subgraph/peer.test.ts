import { expect, test } from 'vitest';
import type { Call, Operation, SubgraphResponse } from '../../../platform/calls/call.ts';
import { openPeers, PeerFault, PeerRefusal } from '../../../platform/subgraph/peer.ts';
import { SubgraphCallError } from '../../../platform/transport/subgraph-client.ts';

const asking = { signal: AbortSignal.timeout(10_000), traceId: 'd'.repeat(32) };
const operation: Operation = { query: 'mutation { reserve }', variables: { quantity: 1 } };

function askProducts(answer: () => Promise<SubgraphResponse>, seen: unknown[] = []) {
  const port = (name: string) => (given: Operation, call: Call) => {
    seen.push({ name, given, call });
    return answer();
  };
  return openPeers(port, { name: 'purchases', peers: ['products'] }).callPeer('products', operation, asking);
}

test('asks in its own name, with the trace id of whoever asked it and bounds of its own, and answers the data', async () => {
  const seen: unknown[] = [];
  expect(await askProducts(async () => ({ data: { reserve: true } }), seen)).toEqual({ reserve: true });
  const viewer = { kind: 'service', name: 'purchases' };
  const call = {
    traceId: asking.traceId,
    viewer,
    signal: expect.any(AbortSignal),
    deadline: expect.any(Number),
  };
  expect(seen).toEqual([{ name: 'products', given: operation, call }]);
});

test('throws PeerRefusal, with code and details, when the other side says no', async () => {
  const extensions = { code: 'OUT_OF_STOCK', productId: '7' };
  const refusal = askProducts(async () => ({ data: null, errors: [{ message: 'Sold out.', extensions }] }));
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
  ['answers an error without a code', async () => ({ errors: [{ message: 'x' }] })],
  ['answers a code that is no text', async () => ({ errors: [{ message: 'x', extensions: { code: 7 } }] })],
  ['answers nothing', async () => ({ data: null })],
  ['answers neither data nor errors', async () => ({})],
  ['does not answer', () => Promise.reject(new SubgraphCallError('products did not answer'))],
  // A refusal beside a fault: the mutation may have happened in part.
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
  'throws PeerFault, for "it may have happened", when the other side %s',
  async (_what, answer) => {
    await expect(askProducts(answer)).rejects.toBeInstanceOf(PeerFault);
  },
);

test('keeps the cause of a fault for the log', async () => {
  const cause = new SubgraphCallError('products did not answer');
  await expect(askProducts(() => Promise.reject(cause))).rejects.toMatchObject({
    message: 'products did not answer',
    cause,
  });
});

test.each([
  ['payments', ['products']],
  ['products', []],
  ['products', undefined],
])('refuses to ask %s when the definition lists %j, without asking', async (name, peers) => {
  const port = () => {
    throw new Error('the port was used');
  };
  const self = peers === undefined ? { name: 'purchases' } : { name: 'purchases', peers };
  await expect(openPeers(port, self).callPeer(name, operation, asking)).rejects.toThrow(
    `purchases asks ${name}, but does not list it as a peer`,
  );
});
