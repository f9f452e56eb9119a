// Defects that stand in the SDL, each with the resolver that a team would write for it.
import type { Mutant } from './mutant.ts';

const sdl = 'schema.graphql';
const code = 'resolvers.ts';
const stock =
  '  "The number of units that can be bought now. Units that purchases hold are not counted."\n  stock: Int!';
const amount = '\n  "The amount, with as many decimals as the currency has."\n  amount: ';

export const schemaDefects: readonly Mutant[] = [
  {
    defect: 'a field has another name',
    subgraph: 'products',
    patches: [
      [sdl, stock, stock.replace('stock:', 'available:')],
      [code, '  Product: {', '  Product: {\n    available: ({ stock }) => stock,'],
    ],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'a field is gone',
    subgraph: 'purchases',
    patches: [
      [sdl, '  "When the purchase last changed."\n  updatedAt: DateTime!\n', ''],
      [code, '    updatedAt: (purchase) => purchase.updated_at,\n', ''],
    ],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'a number became text',
    subgraph: 'products',
    patches: [[sdl, stock, stock.replace('Int!', 'String!')]],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'a field that never was null may be, and is',
    subgraph: 'products',
    patches: [
      [sdl, '  description: String!\n  "What one', '  description: String\n  "What one'],
      [code, '  Product: {', '  Product: {\n    description: () => null,'],
    ],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'an enum value is gone that rows still have',
    subgraph: 'purchases',
    patches: [[sdl, '  "The stock of a product was smaller than the quantity."\n  OUT_OF_STOCK\n', '']],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'an argument that could be left out is demanded',
    subgraph: 'products',
    patches: [[sdl, '    filter: ProductFilter\n', '    filter: ProductFilter!\n']],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'an input has a new field that is demanded',
    subgraph: 'purchases',
    patches: [[sdl, '  paymentToken: String!\n', '  paymentToken: String!\n  currency: Currency!\n']],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'the default of an argument decides otherwise',
    subgraph: 'shipping',
    patches: [[sdl, 'express: Boolean! = false', 'express: Boolean! = true']],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'a mutation of clients is hidden from them',
    subgraph: 'accounts',
    patches: [
      [
        sdl,
        'input: CreateSessionInput!\n  ): CreatedSession',
        'input: CreateSessionInput!\n  ): CreatedSession @inaccessible',
      ],
    ],
    caughtBy: ['schema check'],
  },
  {
    defect: 'a field no longer says who may use it',
    subgraph: 'purchases',
    patches: [[sdl, 'id: ID!\n  ): Purchase @auth(allow: ["account"])', 'id: ID!\n  ): Purchase']],
    caughtBy: ['schema check', 'provider contract'],
  },
  {
    defect: 'entities are found by another key than others send',
    subgraph: 'products',
    patches: [
      [
        sdl,
        'type Product implements Node @key(fields: "id")',
        'type Product implements Node @key(fields: "sku")',
      ],
      [
        code,
        '__resolveReference: ({ id }, ctx) => productById(ctx, id),',
        `__resolveReference: async ({ sku }, ctx) =>
      (await ctx.db.query('SELECT * FROM products.product WHERE sku = $1', [sku]))[0] ?? null,`,
      ],
    ],
    caughtBy: ['composition', 'provider contract'],
  },
  {
    defect: 'a field does not say any more what it requires',
    subgraph: 'shipping',
    patches: [
      [sdl, '  price: Money! @external\n', ''],
      [sdl, ' @requires(fields: "price { amount currency }")', ''],
    ],
    caughtBy: ['provider contract'],
  },
  {
    defect: 'a type that all share has a field of another type',
    subgraph: 'payments',
    patches: [[sdl, `type Money @shareable {${amount}Decimal!`, `type Money @shareable {${amount}Float!`]],
    caughtBy: ['composition', 'provider contract'],
  },
  {
    defect: 'a type that all share is not shareable here',
    subgraph: 'purchases',
    patches: [[sdl, 'type PageInfo @shareable {', 'type PageInfo {']],
    caughtBy: ['composition'],
  },
];

/** Changes of the SDL that break no client and no subgraph. */
export const harmlessSchemas: readonly Mutant[] = [
  {
    defect: 'a field under its old name, which is deprecated, and its new one',
    subgraph: 'products',
    patches: [
      [sdl, stock, `  available: Int!\n${stock} @deprecated(reason: "Ask for available.")`],
      [code, '  Product: {', '  Product: {\n    available: ({ stock }) => stock,'],
    ],
    caughtBy: [],
  },
  {
    defect: 'a field that is never null any more',
    subgraph: 'products',
    patches: [[sdl, 'ids: [ID!]\n  ): ProductConnection', 'ids: [ID!]\n  ): ProductConnection!']],
    caughtBy: [],
  },
];
