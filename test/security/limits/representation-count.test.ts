// A subgraph limits the entity references of one operation, also for a caller with a signed identity. It counts them over all
// lists, aliases and fragments, and refuses too many before it executes anything, in memory and over HTTP.
import { describe, expect, test } from 'vitest';
import type { SubgraphResponse } from '../../../platform/calls/call.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { anonymous, type Viewer } from '../../../platform/identity/viewer.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { customer } from '../../support/viewers.ts';

const limit = 50;
const payments = subgraphTest('payments', { environment: { MAX_REPRESENTATIONS: String(limit) } });
const products = subgraphTest('products');
const { privateKey, publicKey } = newKeyPair();

/** Calls the subgraph over HTTP, as another process would. */
async function overHttp(
  under: typeof payments,
  name: string,
  body: unknown,
  viewer: Viewer,
): Promise<SubgraphResponse> {
  const sign = createSigner('gateway', readPrivateKey(privateKey));
  const server = await serveSubgraph({
    subgraph: under.opened(),
    host: '127.0.0.1',
    port: 0,
    verify: createVerifier(name, readTrust(`gateway=${publicKey}`)),
    log: silent,
    timeoutMs: 30_000,
    drainMs: 0,
    isExplorable: false,
  });
  try {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await sign(name, viewer)}`,
    };
    const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as SubgraphResponse;
  } finally {
    await server.close();
  }
}

const ids = (count: number) => Array.from({ length: count }, () => ({ __typename: 'Payment', id: newId() }));
const status = '... on Payment { status }';

describe('a subgraph refuses more references than the limit before it executes anything:', () => {
  const tooMany = ids(limit + 1);
  const literal = (count: number) =>
    `[${ids(count).map(({ id }) => `{ __typename: "Payment", id: "${id}" }`)}]`;
  const attacks: Record<string, { query: string; variables?: Record<string, unknown> }> = {
    'in one list': {
      query: `query ($r: [_Any!]!) { _entities(representations: $r) { ${status} } }`,
      variables: { r: tooMany },
    },
    'the same list under three aliases': {
      query: `query ($r: [_Any!]!) { a: _entities(representations: $r) { ${status} }
        b: _entities(representations: $r) { ${status} } c: _entities(representations: $r) { ${status} } }`,
      variables: { r: tooMany.slice(0, 20) },
    },
    'written out in the operation': {
      query: `{ _entities(representations: ${literal(limit + 1)}) { ${status} } }`,
    },
    'as the default of a variable that is not given': {
      query: `query ($r: [_Any!]! = ${literal(limit + 1)}) { _entities(representations: $r) { ${status} } }`,
    },
    'in fragments within fragments': {
      query: `query ($r: [_Any!]!) { ...A } fragment A on Query { ...B a: _entities(representations: $r) { ${status} } }
        fragment B on Query { b: _entities(representations: $r) { ${status} } }`,
      variables: { r: tooMany.slice(0, 30) },
    },
    'one at a time, under as many aliases': {
      query: `{ ${tooMany.map(({ id }, n) => `e${n}: _entities(representations: { __typename: "Payment", id: "${id}" }) { ${status} }`)} }`,
    },
  };

  test.each(Object.entries(attacks))('%s', async (_how, { query, variables = {} }) => {
    const before = payments.statements();
    const response = await payments.graphql(query, variables, customer());
    expect(response).toEqual({
      errors: [
        {
          message: 'The operation refers to too many entities at once. Request smaller pages.',
          extensions: { code: 'TOO_MANY_REPRESENTATIONS', limit },
        },
      ],
    });
    expect(payments.statements() - before).toBe(0);
    expect(await overHttp(payments, 'payments', { query, variables }, customer())).toEqual(response);
  });

  test('resolves as many references as the limit', async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ${status} } }`;
    const { _entities } = await payments.data(query, { r: tooMany.slice(1) }, customer());
    expect(_entities).toEqual(Array(limit).fill(null));
  });

  test('resolves the largest legitimate page: 100 purchases of 100 products each, also over HTTP', async () => {
    const r = Array.from({ length: 10_000 }, () => ({ __typename: 'Product', id: newId() }));
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { name } } }';
    const before = products.statements();
    const response = await overHttp(products, 'products', { query, variables: { r } }, anonymous);
    expect(response).toEqual({ data: { _entities: Array(10_000).fill(null) } });
    // Each statement reads a thousand keys.
    expect(products.statements() - before).toBe(10);
  });
});
