// Root fields that several subgraphs have: the gateway calls the subgraph that knows most of the selected fields. Several
// subgraphs answer parts of an object without a key.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const subgraph = (field: string, type: string, rows: { id: string }[]) => ({
  sdl: `${link}
    type Query { product: Product @shareable products: [Product!]! @shareable info: Info! @shareable }
    type Product @key(fields: "id") { id: ID! ${field}: ${type} }
    type Info { version: Int! @shareable ${field}Version: Int! }`,
  resolvers: {
    Query: {
      product: () => rows[0],
      products: () => rows,
      info: () => ({ version: 1, [`${field}Version`]: rows.length }),
    },
    Product: { __resolveReference: byKey(rows, 'id') },
  },
});

export const graph: FederationGraph = {
  about: 'root fields of several subgraphs',
  subgraphs: {
    names: subgraph('name', 'String!', [
      { id: '1', ...{ name: 'Lamp' } },
      { id: '2', ...{ name: 'Desk' } },
    ]),
    prices: subgraph('price', 'Int', [
      { id: '1', ...{ price: 5 } },
      { id: '2', ...{ price: null } },
    ]),
    tags: subgraph('tags', '[String!]', [
      { id: '1', ...{ tags: ['new'] } },
      { id: '2', ...{ tags: [] } },
    ]),
  },
  questions: [
    { query: '{ product { price } }', data: { product: { price: 5 } }, asks: ['prices'] },
    {
      query: '{ product { name price } products { tags id } }',
      data: {
        product: { name: 'Lamp', price: 5 },
        products: [
          { tags: ['new'], id: '1' },
          { tags: [], id: '2' },
        ],
      },
    },
    {
      query: '{ products { tags name price } a: product { tags } b: product { name } }',
      data: {
        products: [
          { tags: ['new'], name: 'Lamp', price: 5 },
          { tags: [], name: 'Desk', price: null },
        ],
        a: { tags: ['new'] },
        b: { name: 'Lamp' },
      },
    },
    {
      query: '{ info { version nameVersion priceVersion tagsVersion } }',
      data: { info: { version: 1, nameVersion: 2, priceVersion: 2, tagsVersion: 2 } },
      asks: ['names', 'prices', 'tags'],
    },
    {
      query: '{ info { __typename } product { __typename } }',
      data: { info: { __typename: 'Info' }, product: { __typename: 'Product' } },
    },
  ],
};
