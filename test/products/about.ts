// What the tests of the whole graph must know about products: see test/support/about.ts.
import type { AboutSubgraph, ListAbout } from '../support/about.ts';

const fill: ListAbout['fill'] = async (world) => {
  await world.product();
  await world.product();
  return {};
};

export const about: AboutSubgraph = {
  quietSettings: { PRODUCTS_SWEEP_MS: '0' },
  serviceCalls: {
    reserveStock: 'reserveStock(input: { purchaseId: "x", lines: [] }) { status }',
    commitStock: 'commitStock(purchaseId: "x") { status }',
    releaseStock: 'releaseStock(purchaseId: "x") { status }',
  },
  staffOperations: {
    createProduct:
      'mutation { createProduct(input: { sku: "X", name: "x", description: "", price: { amount: "1", currency: "EUR" }, stock: 1 }) { id } }',
    changePrice: 'mutation { changePrice(id: "x", price: { amount: "1", currency: "EUR" }) { id } }',
    restock: 'mutation { restock(id: "x", quantity: 1) { id } }',
    discontinue: 'mutation { discontinue(id: "x") { id } }',
  },
  lists: {
    'Query.products': { query: 'query ($after: String) { page: products(PAGE) { FIELDS } }', fill },
    'Query.products, filtered': {
      query: 'query ($after: String) { page: products(PAGE, filter: { inStock: true }) { FIELDS } }',
      fill,
    },
  },
};
