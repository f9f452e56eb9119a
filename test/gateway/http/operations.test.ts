// The registered operations on the real graph: each is sent as a front-end sends it.
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readOperations } from '../../../checks/operations.ts';
import { createAuthenticator } from '../../../gateway/authenticate.ts';
import { openGateway } from '../../../gateway/gateway.ts';
import { sha256 } from '../../../gateway/http/request-parameters.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { createConstantSource } from '../../../gateway/supergraph/source.ts';
import { readTrustedDocuments } from '../../../gateway/trusted-documents/read-documents.ts';
import type { Execute } from '../../../platform/calls/call.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { silent } from '../../support/silent-log.ts';
import { openWorld, type Session, type World } from '../../support/world.ts';
import { getSharedPlanning } from '../shared-planning.ts';

const folder = resolve(import.meta.dirname, '../../../operations');
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .sort();
const textOf = (file: string) => readFileSync(join(folder, `${file}.graphql`), 'utf8');

/** Samples may name what this graph does not have. These codes say that something else is wrong: the graph, the sample or the text. */
const faults = [
  'INTERNAL_SERVER_ERROR',
  'SUBGRAPH_UNAVAILABLE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
];
const isRefusal = (code: string) => !faults.includes(code);

describe('on the real graph', () => {
  const world: World = openWorld('one process', 'databases');
  let session: Session;
  let teapot: string;
  const bought = new Map<string, string>();
  beforeAll(async () => {
    session = await world.customer();
    teapot = await world.product({ name: 'Teapot', price: '12.50', stock: 10 });
  });

  const ask: World['data'] = (file, ...rest) => world.data(textOf(file), ...rest);

  test('sign-in returns a token', async () => {
    const { email, password } = session as Session & { email: string; password: string };
    const { createSession } = await ask('sign-in', { email, password });
    expect(createSession).toMatchObject({ account: { id: session.accountId, name: 'Ada Lovelace' } });
    expect(createSession.token).toMatch(/.{40}/);
  });

  test('catalogue returns a page of products', async () => {
    const { products } = await ask('catalogue', { first: 1, filter: { nameContains: 'teapot' } });
    expect(products.edges).toEqual([
      { node: { id: teapot, name: 'Teapot', price: { amount: '12.50', currency: 'EUR' }, stock: 10 } },
    ]);
    expect(products.pageInfo.hasNextPage).toBe(false);
  });

  test('product returns one product', async () => {
    const { product } = await ask('product', { id: teapot });
    expect(product).toMatchObject({ id: teapot, description: 'Pours well.', discontinuedAt: null });
  });

  test('buy completes a purchase', async () => {
    const input = {
      lines: [{ productId: teapot, quantity: 2 }],
      paymentToken: 'tok_approve',
      idempotencyKey: randomUUID(),
    };
    const { purchase } = await ask('buy', { input }, session);
    expect(purchase).toMatchObject({ status: 'COMPLETED', total: { amount: '25.00', currency: 'EUR' } });
    bought.set('id', purchase.id);
  });

  test('purchase-status returns the state of a purchase', async () => {
    const { purchase } = await ask('purchase-status', { id: bought.get('id') }, session);
    expect(purchase).toMatchObject({ status: 'COMPLETED', payment: { status: 'CAPTURED' } });
  });

  test('my-purchases returns purchases from all four databases', async () => {
    const { me } = await ask('my-purchases', {}, session);
    expect(me.purchases.edges).toMatchObject([
      {
        node: {
          id: bought.get('id'),
          payment: { status: 'CAPTURED', refunded: { amount: '0.00' } },
          lines: [{ quantity: 2, product: { id: teapot, stock: 8 } }],
        },
      },
    ]);
  });

  test('every registered operation is answered, with its sample variables', async () => {
    const operations = readOperations(folder);
    expect(operations.length).toBe(files.length);
    for (const { name, text, variables } of operations) {
      const { status, errors = [] } = await world.graphql(text, { ...variables }, session);
      const codes = errors.map(({ extensions }) => extensions.code);
      expect({ status, codes }, name).toEqual({ status: 200, codes: codes.filter(isRefusal) });
    }
  });
});

describe('as trusted documents of the real graph', () => {
  test('they are all valid, so that the gateway starts', async () => {
    const { supergraphSdl } = composeSupergraph(readSupergraphMap());
    const environment = readEnvironment({ NODE_ENV: 'production', TRUSTED_DOCUMENTS: 'true' });
    const products: Execute = async () => ({ data: { product: null } });
    const gateway = await openGateway({
      planning: getSharedPlanning(),
      supergraph: createConstantSource(supergraphSdl),
      clientFor: () => products,
      readiness: async () => ({ isReady: true, details: {} }),
      authenticateOver: () => createAuthenticator(products, silent),
      environment,
      settings: readGatewaySettings(environment),
      host: '127.0.0.1',
      port: 0,
      log: silent,
    });
    const ask = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    };
    const documentId = sha256(textOf('product'));
    expect(await ask({ documentId, variables: { id: '1' } })).toEqual({ data: { product: null } });
    expect(await ask({ query: '{ product(id: "1") { id } }' })).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_NOT_REGISTERED' } }],
    });
    await gateway.close();
  });

  test('each is named like its file', () => {
    const nameOf = (file: string) =>
      file
        .replace('.graphql', '')
        .replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    expect(readTrustedDocuments('operations').names).toEqual(files.map(nameOf));
  });
});
