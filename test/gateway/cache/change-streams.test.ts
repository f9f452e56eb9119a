// Change notices from two instances of the real products subgraph over one database: one behind HTTP, with a gateway that
// caches its responses, and another one that the gateway does not know.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChangeStreams } from '../../../gateway/cache/change-streams.ts';
import { openGateway } from '../../../gateway/gateway.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { createConstantSource } from '../../../gateway/supergraph/source.ts';
import { changeStreamPath } from '../../../platform/changes/change-stream.ts';
import {
  createSigner,
  createVerifier,
  newKeyPair,
  readPrivateKey,
  readTrust,
} from '../../../platform/identity/signed-identity.ts';
import { anonymous } from '../../../platform/identity/viewer.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { OpenResources } from '../../../platform/process/shutdown.ts';
import { serveSubgraph } from '../../../platform/subgraph/server.ts';
import { openSubgraph, type Subgraph } from '../../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { findEntry, loadSubgraph } from '../../../subgraphs/load.ts';
import { required } from '../../support/required.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { service, staff } from '../../support/viewers.ts';
import { getSharedPlanning } from '../shared-planning.ts';
import { writeMap } from '../small-graph.ts';

const products = subgraphTest('products');
const keys = newKeyPair();
const others = newKeyPair();
const sign = createSigner('gateway', readPrivateKey(keys.privateKey));
const trust = readTrust(`gateway=${keys.publicKey},purchases=${others.publicKey}`);
const opened = new OpenResources();
afterAll(async () => expect(await opened.close()).toEqual([]));

let other: Subgraph;
let server: { url: string; close: () => Promise<void> };
let url: string;

const serve = (subgraph: Subgraph, port = 0) =>
  serveSubgraph({
    subgraph,
    host: '127.0.0.1',
    port,
    verify: createVerifier('products', trust),
    log: silent,
    timeoutMs: 10_000,
    drainMs: 0,
    isExplorable: false,
  });

beforeAll(async () => {
  const map = readSupergraphMap();
  const entry = findEntry(map, 'products');
  const sdl = readSchema(map, entry);
  const environment = readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent', PRODUCTS_SWEEP_MS: '0' });
  const peer = () => Promise.reject(new Error('calls no other subgraph'));
  const definition = await loadSubgraph(entry);
  other = await openSubgraph({ definition, sdl, urls: products.urls(), environment, clientFor: () => peer });
  opened.add('the other instance', other.close);
  server = await serve(products.opened());
  opened.add('the server', () => server.close());

  const { supergraphSdl } = composeSupergraph(writeMap({ products: sdl }).map);
  const source = createConstantSource(
    supergraphSdl.replace('http://products.internal:4001/graphql', server.url),
  );
  const streams = openChangeStreams(source, sign, silent);
  opened.add('streams', streams.close);
  const client = openSubgraphClient('products', server.url, sign);
  opened.add('client', client.close);
  const gateway = await openGateway({
    planning: getSharedPlanning(),
    supergraph: source,
    clientFor: () => client.execute,
    changeNoticesFor: streams.noticesFor,
    readiness: (_name, signal) => client.readiness(signal),
    authenticateOver: () => async () => anonymous,
    environment,
    settings: readGatewaySettings(environment),
    host: '127.0.0.1',
    port: 0,
    log: silent,
  });
  opened.add('gateway', gateway.close);
  url = gateway.url;
});

const call = { viewer: staff(), signal: AbortSignal.timeout(60_000), traceId: '0'.repeat(32) };

/** Changes data through one instance, as a staff member would through another gateway. */
async function change(subgraph: Subgraph, query: string, variables: Record<string, unknown>) {
  const { data, errors } = await subgraph.execute({ query, variables }, call);
  expect(errors).toBeUndefined();
  return required(data, 'it is done') as Record<string, Record<string, unknown>>;
}

let made = 0;
async function newProduct(stock = 2): Promise<string> {
  made += 1;
  const price = { amount: '12.50', currency: 'EUR' };
  const input = { sku: `TEAPOT-${made}`, name: `Teapot ${made}`, description: '', price, stock };
  const create = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }';
  return String((await change(other, create, { input })).createProduct?.id);
}

async function ask(query: string, variables: object = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await response.json()) as { data: Record<string, Record<string, unknown>> };
  return { data, isCached: response.headers.get('age') !== null };
}

const priced = 'query ($id: ID!) { product(id: $id) { name price { amount } discontinuedAt } }';
const inStock = '{ products(filter: { inStock: true }, first: 100) { edges { node { id } } } }';
const isCached = async (query: string, id = '') => (await ask(query, { id })).isCached;
const untilCached = (query: string, id?: string) =>
  expect.poll(() => isCached(query, id), { timeout: 5_000 }).toBe(true);

const changePrice =
  'mutation ($id: ID!) { changePrice(id: $id, price: { amount: "9.90", currency: "EUR" }) { id } }';
const discontinue = 'mutation ($id: ID!) { discontinue(id: $id) { id } }';

test.each([
  ['the instance that the gateway calls', () => products.opened()],
  ['another instance', () => other],
])('a change through %s is visible within a second', async (_which, by) => {
  const id = await newProduct();
  await untilCached(priced, id);
  await change(by(), changePrice, { id });
  const price = async () => (await ask(priced, { id })).data.product?.price;
  await expect.poll(price, { timeout: 1_000, interval: 10 }).toEqual({ amount: '9.90' });
  await untilCached(priced, id);
  await change(by(), discontinue, { id });
  const discontinuedAt = async () => (await ask(priced, { id })).data.product?.discontinuedAt;
  await expect.poll(discontinuedAt, { timeout: 1_000, interval: 10 }).not.toBeNull();
});

test('a list of products in stock is cached until a product comes or goes, and a sale that leaves some drops nothing', async () => {
  const id = await newProduct(3);
  const listed = async () => JSON.stringify((await ask(inStock)).data).includes(id);
  await untilCached(inStock);
  expect(await listed()).toBe(true);
  const reserve = `mutation ($purchaseId: ID!, $id: ID!, $quantity: Int!) {
    reserveStock(input: { purchaseId: $purchaseId, lines: [{ productId: $id, quantity: $quantity }] }) { status } }`;
  const asPurchases = { ...call, viewer: service('purchases') };
  const purchase = async (quantity: number) => {
    const purchaseId = crypto.randomUUID();
    const { errors } = await other.execute(
      { query: reserve, variables: { purchaseId, id, quantity } },
      asPurchases,
    );
    expect(errors).toBeUndefined();
    return purchaseId;
  };
  let notices = 0;
  const stop = products.opened().changeNotices.onNotice(() => {
    notices += 1;
  });
  await purchase(1);
  const last = await purchase(2);
  await expect.poll(listed, { timeout: 1_000, interval: 10 }).toBe(false);
  expect(notices, 'the first purchase left some in stock').toBe(1);
  await untilCached(inStock);
  const release = 'mutation ($purchaseId: ID!) { releaseStock(purchaseId: $purchaseId) { status } }';
  await other.execute({ query: release, variables: { purchaseId: last } }, asPurchases);
  await expect.poll(listed, { timeout: 1_000, interval: 10 }).toBe(true);
  stop();
});

test('while an instance misses notices of the others, nothing is cached, and no change is missed', async () => {
  const id = await newProduct();
  await untilCached(priced, id);
  await products.sqlAsRuntime(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'tributary products changes' AND datname = current_database()`,
  );
  await expect.poll(() => isCached(priced, id), { timeout: 1_000, interval: 5 }).toBe(false);
  await change(other, changePrice, { id });
  await untilCached(priced, id);
  expect((await ask(priced, { id })).data.product?.price).toEqual({ amount: '9.90' });
});

test('the end of a stream drops the cached responses, and caching begins again with the next stream', async () => {
  const id = await newProduct();
  await untilCached(priced, id);
  await server.close();
  server = await serve(products.opened(), Number(new URL(server.url).port));
  await change(products.opened(), changePrice, { id });
  expect((await ask(priced, { id })).data.product?.price).toEqual({ amount: '9.90' });
  await untilCached(priced, id);
});

test('lets only the gateway read the stream', async () => {
  const asPurchases = await createSigner('purchases', readPrivateKey(others.privateKey))(
    'products',
    service('purchases'),
  );
  const asVisitor = await sign('products', anonymous);
  for (const token of ['', 'nonsense', asPurchases, asVisitor]) {
    const refused = await fetch(new URL(changeStreamPath, server.url), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([refused.status, await refused.json()]).toEqual([
      401,
      { errors: [{ message: 'A signed identity is required.', extensions: { code: 'UNAUTHENTICATED' } }] },
    ]);
  }
});
