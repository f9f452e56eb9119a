// Which stream of change notices a gateway follows: that of one instance at a time, and of another one when it ends or falls silent.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openChangeStreams } from '../../../gateway/cache/change-streams.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { createConstantSource } from '../../../gateway/supergraph/source.ts';
import { serve, sign } from '../../platform/subgraph/served-subgraph.ts';
import { silent } from '../../support/silent-log.ts';
import { subgraphTest } from '../../support/subgraph.ts';
import { staff } from '../../support/viewers.ts';
import { writeMap } from '../small-graph.ts';

const products = subgraphTest('products');

test('of several instances one is followed, and another one when it ends', async () => {
  const [first, second] = [await serve(products.opened()), await serve(products.opened())];
  const { supergraphSdl } = composeSupergraph(writeMap({ products: 'type Query { a: Int }' }).map);
  const source = createConstantSource(
    supergraphSdl.replace('http://products.internal:4001/graphql', `${first.url},${second.url}`),
  );
  const streams = openChangeStreams(source, sign, silent);
  const { isReceiving, onNotice } = streams.noticesFor('products');
  await expect.poll(isReceiving, { interval: 5 }).toBe(true);
  await first.close();
  await expect.poll(isReceiving, { interval: 5 }).toBe(false);
  await expect.poll(isReceiving, { interval: 5, timeout: 5_000 }).toBe(true);
  const noticed = new Promise<void>((resolve) => void onNotice(resolve));
  await products.data(
    `mutation { createProduct(input: { sku: "POT", name: "Pot", description: "", stock: 1, price: { amount: "1.00", currency: "EUR" } }) { id } }`,
    {},
    staff(),
  );
  await noticed;
  await streams.close();
});

test('a stream that falls silent counts as broken after a second', async () => {
  const frozen = createServer((_request, response) => response.write('heard\n'));
  await once(frozen.listen(0, '127.0.0.1'), 'listening');
  const { port } = frozen.address() as AddressInfo;
  const { supergraphSdl } = composeSupergraph(writeMap({ products: 'type Query { a: Int }' }).map);
  const at = supergraphSdl.replace('http://products.internal:4001', `http://127.0.0.1:${port}`);
  const streams = openChangeStreams(createConstantSource(at), sign, silent);
  const { isReceiving, onNotice } = streams.noticesFor('products');
  await expect.poll(isReceiving, { interval: 5 }).toBe(true);
  const heardAt = performance.now();
  await new Promise<void>((resolve) => void onNotice(resolve));
  expect(isReceiving()).toBe(false);
  expect(performance.now() - heardAt).toBeGreaterThan(300);
  await streams.close();
  frozen.closeAllConnections();
  frozen.close();
});
