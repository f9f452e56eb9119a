// Null where it is not allowed takes its parent with it, up to where it is: within lists, within entities of other subgraphs.
import { Refusal } from '../../../platform/values/refusal.ts';
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const shops = [
  { id: '1', name: 'Ant', items: [{ id: 'a' }, { id: 'b' }, null] },
  { id: '2', name: 'Bee', items: [{ id: 'x' }] },
  { id: '3', name: 'Cow', items: null },
];
const items = [
  { id: 'a', price: 1, maker: { name: 'Ada', town: { name: 'Aal' } } },
  { id: 'b', price: 2, maker: { name: 'Ben', town: null } },
];

export const graph: FederationGraph = {
  about: 'null and errors on the way up through entities',
  subgraphs: {
    shops: {
      sdl: `${link}
        type Query { shops: [Shop]! shop(id: ID!): Shop strict: [Shop!] item(id: ID!): Item }
        type Shop @key(fields: "id") { id: ID! name: String! items: [Item] broken: String boom: String! }
        type Item @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: {
          shops: () => shops,
          strict: () => shops,
          shop: (_: unknown, { id }: { id: string }) => byKey(shops, 'id')({ id }),
          item: (_: unknown, { id }: { id: string }) => ({ id }),
        },
        Shop: { __resolveReference: byKey(shops, 'id'), broken: refuse, boom: refuse },
      },
    },
    items: {
      sdl: `${link}
        type Item @key(fields: "id") { id: ID! price: Int! maker: Maker risky: Int hard: Int! }
        type Maker { name: String! town: Town! }
        type Town { name: String! }
        type Shop @key(fields: "id") { id: ID! rating: Int! best: Item cheap: [Item!] }`,
      resolvers: {
        Item: {
          __resolveReference: byKey(items, 'id'),
          risky: ({ id, price }: { id: string; price: number }) => (id === 'a' ? price : refuse()),
          hard: ({ id, price }: { id: string; price: number }) => (id === 'a' ? price : refuse()),
          maker: ({ maker }: (typeof items)[number]) => (maker.town === null ? null : maker),
        },
        Shop: {
          __resolveReference: ({ id }: { id: string }) => (id === '3' ? null : { id }),
          rating: ({ id }: { id: string }) => Number(id),
          best: ({ id }: { id: string }) => (id === '1' ? items[1] : null),
          cheap: ({ id }: { id: string }) => (id === '1' ? items : []),
        },
      },
    },
  },
  samples: { id: ['1', '2', '3', 'a', 'b', 'x'] },
  questions: [
    {
      // The third shop is unknown to items, and its rating may not be null: the shop is lost, and its name with it.
      query: '{ shops { name rating } }',
      data: { shops: [{ name: 'Ant', rating: 1 }, { name: 'Bee', rating: 2 }, null] },
    },
    {
      query: '{ shops { items { id price } } }',
      data: {
        shops: [
          { items: [{ id: 'a', price: 1 }, { id: 'b', price: 2 }, null] },
          { items: [null] },
          { items: null },
        ],
      },
    },
    {
      query: '{ item(id: "a") { risky hard } shops { broken name } }',
      data: {
        item: { risky: 1, hard: 1 },
        shops: [
          { broken: null, name: 'Ant' },
          { broken: null, name: 'Bee' },
          { broken: null, name: 'Cow' },
        ],
      },
      errors: [0, 1, 2].map((index) => ({ path: ['shops', index, 'broken'], code: 'NOT_NOW' })),
    },
    {
      query: '{ shop(id: "1") { name items { id risky } } }',
      data: {
        shop: { name: 'Ant', items: [{ id: 'a', risky: 1 }, { id: 'b', risky: null }, null] },
      },
      errors: [{ path: ['shop', 'items', 1, 'risky'], code: 'NOT_NOW' }],
    },
    {
      query: '{ shop(id: "1") { a: name b: items { c: hard maker { town { name } } } } }',
      data: { shop: { a: 'Ant', b: [{ c: 1, maker: { town: { name: 'Aal' } } }, null, null] } },
      errors: [{ path: ['shop', 'b', 1, 'c'], code: 'NOT_NOW' }],
    },
    {
      query: '{ shop(id: "1") { boom name } item(id: "b") { price } }',
      data: { shop: null, item: { price: 2 } },
      errors: [{ path: ['shop', 'boom'], code: 'NOT_NOW' }],
    },
    {
      query: '{ shop(id: "1") { name cheap { hard } best { risky price } } }',
      data: { shop: { name: 'Ant', cheap: null, best: { risky: null, price: 2 } } },
      errors: [
        { path: ['shop', 'best', 'risky'], code: 'NOT_NOW' },
        { path: ['shop', 'cheap', 1, 'hard'], code: 'NOT_NOW' },
      ],
    },
    {
      query: '{ item(id: "x") { id maker { name } risky } none: shop(id: "none") { rating } }',
      data: { item: { id: 'x', maker: null, risky: null }, none: null },
    },
    {
      // A list that holds no null is lost with its item. The gateway reports that, because no subgraph reports it.
      query: '{ strict { rating } }',
      data: { strict: null },
      errors: [{ path: ['strict', 2], code: 'SUBGRAPH_ANSWER_INVALID' }],
    },
  ],
};

function refuse(): never {
  throw new Refusal('NOT_NOW', 'Not now.');
}
