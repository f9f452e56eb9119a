// What subgraphs send to each other, in contracts: it is recorded with its caller, and replayed as that service and as nobody else.
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { httpEndpoint } from '../../../checks/contract/endpoint.ts';
import { addCallers } from '../../../checks/contract/fixture.ts';
import { addPeerInteractions } from '../../../checks/contract/peer-interactions.ts';
import { replay } from '../../../checks/contract/replay.ts';
import type { Viewer } from '../../../platform/identity/viewer.ts';

const schema = buildSchema(`
  type Query { any: Int }
  type Mutation { hold(id: ID!): Stock }
  type Stock { id: ID! units: Int! }
`);
const hold = {
  text: 'mutation Hold($id: ID!) { hold(id: $id) { id units } }',
  sample: { id: '1' },
};
const declare = (operation: { text: string; sample: Record<string, unknown> }) =>
  addPeerInteractions(
    [
      { subgraph: 'stock', interactions: [] },
      { subgraph: 'shops', interactions: [] },
    ],
    [{ name: 'shops', peerOperations: { stock: [operation] } }, { name: 'stock' }],
    schema,
  );
const [contract] = declare(hold);

test('are recorded in the contract of the peer, with text, sample and caller', () => {
  expect(declare(hold)).toEqual([
    {
      subgraph: 'stock',
      interactions: [
        {
          name: 'Hold',
          kind: 'mutation',
          text: hold.text,
          requires: null,
          variables: { id: '1' },
          conditions: [],
          operations: ['shops.Hold'],
          caller: 'shops',
        },
      ],
    },
    { subgraph: 'shops', interactions: [] },
  ]);
});

test.each([
  [{ ...hold, text: hold.text.replace('units', 'amount') }, 'Cannot query field "amount" on type "Stock".'],
  [{ ...hold, sample: {} }, 'Variable "$id" of required type "ID!" was not provided.'],
])('are refused when they do not fit the graph', (operation, problem) => {
  expect(() => declare(operation)).toThrow(`shops, peerOperations, Hold: ${problem}`);
});

/** Replays the contract on a server that answers the given viewers. */
async function replayFor(mayCall: (authorization: string | null) => boolean) {
  const server = createServer((request, response) => {
    const isAllowed = mayCall(request.headers.authorization ?? null);
    const refusal = { data: { hold: null }, errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] };
    response.end(JSON.stringify(isAllowed ? { data: { hold: { id: '1', units: 2 } } } : refusal));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const fixture = {
    withoutCodes: false,
    viewers: { nobody: { anonymous: true }, other: { service: 'orders' } } as const,
    entities: {},
    operations: {},
    peers: {},
    refusals: [],
  };
  const sign = async (viewer: Viewer) => (viewer.kind === 'service' ? viewer.name : viewer.kind);
  const given = contract ?? { subgraph: 'stock', interactions: [] };
  const url = `http://127.0.0.1:${port}/graphql`;
  const endpoint = httpEndpoint(url, addCallers(fixture, given), sign);
  try {
    return (await replay(given, { endpoint, fixture, schema })).map(({ check }) => check);
  } finally {
    server.close();
  }
}

test('are replayed as the caller, and refused to every other viewer', async () => {
  expect(await replayFor((authorization) => authorization === 'shops')).toEqual([]);
  expect(await replayFor(() => true)).toEqual(['as nobody', 'as other']);
  expect(await replayFor(() => false)).toContain('as recorded');
});
