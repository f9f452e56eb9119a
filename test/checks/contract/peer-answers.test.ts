// The fixture in place of a peer: it answers what it says, and both the call and the answer must fit the composed schema.
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { openPeerAnswers } from '../../../checks/contract/peer-answers.ts';
import type { Operation } from '../../../platform/calls/call.ts';
import { service } from '../../support/viewers.ts';

const schema = buildSchema(`
  type Query { stock(id: ID!): Stock }
  type Mutation { hold(id: ID!): Stock! }
  type Stock { id: ID! units: Int! }
`);
const hold: Operation = {
  query: 'mutation Hold($id: ID!) { hold(id: $id) { id units } }',
  variables: { id: '1' },
};

async function ask(answer: unknown, operation = hold) {
  const peers = answer === undefined ? {} : { products: { Hold: answer as { refusal: string } } };
  const answers = openPeerAnswers({ peers }, schema);
  const call = { viewer: service('purchases'), signal: AbortSignal.timeout(5_000), traceId: '0' };
  const client = answers.clientFor('products');
  const responses = await Promise.allSettled([client(operation, call), client(operation, call)]);
  return { responses, problems: answers.findings().map(({ problem }) => problem), found: answers.findings() };
}

test('answers data, or refuses with a code, and finds nothing', async () => {
  const data = { hold: { id: '1', units: 2 } };
  expect(await ask({ data })).toMatchObject({ responses: [{ value: { data } }, {}], problems: [] });
  expect(await ask({ refusal: 'OUT_OF_STOCK' })).toMatchObject({
    responses: [{ value: { data: null, errors: [{ extensions: { code: 'OUT_OF_STOCK' } }] } }, {}],
    problems: [],
  });
});

test('fails the call without an answer, and finds it once', async () => {
  const { responses, found } = await ask(undefined);
  expect(responses.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const problem = 'the fixture does not say what the peer answers';
  expect(found).toEqual([{ interaction: 'Hold', check: 'asks products', problem }]);
});

test.each([
  [{ hold: { id: '1' } }, /^the fixture answers what the peer cannot: hold\.units: is missing/],
  [{ hold: null }, /^the fixture answers what the peer cannot: hold: /],
])('finds an answer that the peer cannot give: %j', async (data, problem) => {
  expect((await ask({ data })).problems).toEqual([expect.stringMatching(problem)]);
});

test('finds a call that the graph does not have', async () => {
  const renamed = { ...hold, query: 'mutation Hold($id: ID!) { hold(id: $id) { id amount } }' };
  expect((await ask({ data: { hold: { id: '1', amount: 2 } } }, renamed)).problems).toEqual([
    'sends what nobody has: Cannot query field "amount" on type "Stock".',
  ]);
});
