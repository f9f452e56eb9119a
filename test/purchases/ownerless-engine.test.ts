// An engine that records elsewhere who runs a purchase writes no owner. So a row without an owner may still be running.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readEnvironment } from '../../platform/process/environment.ts';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { openSubgraph, type Subgraph } from '../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../subgraphs/load.ts';
import type { Engine } from '../../subgraphs/purchases/own.ts';
import { cloneDatabase, query } from '../support/databases.ts';
import { required } from '../support/required.ts';
import { customer } from '../support/viewers.ts';

let database: Awaited<ReturnType<typeof cloneDatabase>> | undefined;
let subgraph: Subgraph | undefined;

const cancel = `UPDATE purchases.purchase SET status = 'CANCELLED', cancel_reason = 'OUT_OF_STOCK'`;

/** An engine that stops waiting at once. The purchase ends a little later, outside this process. */
const engine: Engine = {
  owner: null,
  canStart: () => true,
  drive: async () => {
    const { owner } = required(database, 'the database exists').urls;
    setTimeout(() => void query(owner, cancel), 300);
    return undefined;
  },
  startBackground: () => async () => {},
  close: async () => {},
};

beforeAll(async () => {
  const map = readSupergraphMap();
  const entry = findEntry(map, 'purchases');
  database = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'purchases' });
  const loaded = await loadSubgraph(entry);
  const definition: SubgraphDefinition = { ...loaded, open: () => ({ own: { engine, waitMs: 10_000 } }) };
  subgraph = await openSubgraph({
    definition,
    sdl: readSchema(map, entry),
    urls: database.urls,
    environment: readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent' }),
    clientFor: () => () => Promise.reject(new Error('this engine calls no subgraph')),
  });
});
afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

test('returns the purchase with its final status, although its row never had an owner', async () => {
  const text = 'mutation ($input: PurchaseInput!) { purchase(input: $input) { status cancelReason } }';
  const input = {
    lines: [{ productId: randomUUID(), quantity: 1 }],
    paymentToken: 'tok_approve',
    idempotencyKey: randomUUID(),
  };
  const response = await required(subgraph, 'the subgraph is open').execute(
    { query: text, variables: { input } },
    { viewer: customer(), signal: AbortSignal.timeout(15_000), traceId: '0'.repeat(32) },
  );
  expect(response).toEqual({ data: { purchase: { status: 'CANCELLED', cancelReason: 'OUT_OF_STOCK' } } });
});
