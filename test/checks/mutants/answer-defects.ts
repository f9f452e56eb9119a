// Defects that no SDL shows: entities, and who may see them. field-defects.ts has the defects of single fields.
import type { Mutant } from './mutant.ts';

const code = 'resolvers.ts';
const provider = ['provider contract'] as const;
const productReference = '__resolveReference: ({ id }, ctx) => productById(ctx, id),';

/** How products finds its rows by id, in other words. */
const productById = (
  read: string,
  takes = 'isUuid(id) ? read(ctx, id.toLowerCase()) : null',
): Mutant['patches'] => [
  [
    'product.ts',
    'export const productById = batchReadsById<ProductRow>(({ db }, ids) => productsByIdStatement.run(db, [ids]));',
    `const read = ${read};
export const productById = async (ctx, id) => (${takes});`,
  ],
  [
    'product.ts',
    "import { batchReadsById } from '../../platform/reads/batch.ts';",
    "import { batchReads, batchReadsById } from '../../platform/reads/batch.ts';\nimport { isUuid } from '../../platform/values/uuid.ts';",
  ],
];

export const entityDefects: readonly Mutant[] = [
  {
    defect: 'entities in the order of the table',
    subgraph: 'products',
    patches: productById(
      "batchReads(({ db }, ids) => db.query('SELECT * FROM products.product WHERE id = ANY($1) ORDER BY id', [ids]))",
    ),
    caughtBy: provider,
  },
  {
    defect: 'the same entity twice is answered once',
    subgraph: 'products',
    patches: [
      [
        code,
        productReference,
        `__resolveReference: ({ id }, ctx) => {
      const isKnown = ctx.requestReads.has(id);
      ctx.requestReads.set(id, new Map());
      return isKnown ? null : productById(ctx, id);
    },`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a statement for every entity (N+1)',
    subgraph: 'products',
    patches: productById(
      "async ({ db }, id) => (await db.query('SELECT * FROM products.product WHERE id = $1', [id]))[0] ?? null",
    ),
    caughtBy: provider,
  },
  {
    defect: 'a statement for every entity of a list below (N+1)',
    subgraph: 'purchases',
    patches: [
      [
        code,
        '    total: ({ total, currency }) =>\n      total',
        `    total: async ({ id, total, currency }, _args, ctx) =>
      (await ctx.db.query('SELECT total FROM purchases.purchase WHERE id = $1', [id]))[0].total`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a statement for every row of a page (N+1)',
    subgraph: 'products',
    patches: [
      [
        code,
        `products: (_root, args, ctx) =>
      productsOnSale(ctx, { ...args.filter, ids: args.ids }, parsePage(args, 'Query.products')),`,
        `products: async (_root, args, ctx) => {
      const found = await productsOnSale(ctx, { ...args.filter, ids: args.ids }, parsePage(args, 'Query.products'));
      for (const edge of found.edges)
        [edge.node] = await ctx.db.query('SELECT * FROM products.product WHERE id = $1', [edge.node.id]);
      return found;
    },`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'an entity for a key of nothing',
    subgraph: 'products',
    patches: [
      [
        code,
        productReference,
        `__resolveReference: async ({ id }, ctx) =>
      (await productById(ctx, id)) ?? { id, sku: 'NONE', name: 'No longer sold', description: '', stock: 0 },`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a key of nothing fails all others',
    subgraph: 'products',
    patches: productById(
      `batchReads(async ({ db }, ids) => {
  const rows = await db.query('SELECT * FROM products.product WHERE id = ANY($1)', [ids]);
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id);
    if (row === undefined) throw badInput('representations', 'must all be there');
    return row;
  });
})`,
    ),
    caughtBy: provider,
  },
  {
    defect: 'a key that is none fails all others',
    subgraph: 'products',
    patches: productById(
      `batchReads(async ({ db }, ids) => {
  const rows = await db.query('SELECT * FROM products.product WHERE id = ANY($1)', [ids]);
  return ids.map((id) => rows.find((one) => one.id === id) ?? null);
})`,
      'read(ctx, id)',
    ),
    caughtBy: provider,
  },
  {
    defect: 'the reference itself in place of its entity',
    subgraph: 'products',
    patches: [[code, productReference, '__resolveReference: (reference) => reference,']],
    caughtBy: provider,
  },
  {
    defect: 'the key of a reference is ignored: everybody gets their own',
    subgraph: 'purchases',
    patches: [
      [
        code,
        `purchasesByAccount(ctx, id, parsePage(args, 'Account.purchases', id))`,
        `purchasesByAccount(ctx, requireAccount(ctx.viewer).accountId, parsePage(args, 'Account.purchases', id))`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'what a field requires is ignored',
    subgraph: 'shipping',
    patches: [[code, 'toMinorUnits(price) >= 5000n', 'toMinorUnits({ ...price, amount: "1" }) >= 5000n']],
    caughtBy: provider,
  },
  {
    defect: 'others are referred to by a wrong key',
    subgraph: 'purchases',
    patches: [
      [
        code,
        '({ cancel_reason, payment_id }) => (isBeforePayment(cancel_reason) ? null : { id: payment_id })',
        '({ cancel_reason, id }) => (isBeforePayment(cancel_reason) ? null : { id })',
      ],
    ],
    caughtBy: provider,
  },
];

export const accessDefects: readonly Mutant[] = [
  {
    defect: 'an entity is shown without a check of its owner',
    subgraph: 'payments',
    patches: [[code, ' && maySee(ctx.viewer, payment.account_id) ?', ' ?']],
    caughtBy: provider,
  },
  {
    defect: 'a root field is answered without a check of its owner',
    subgraph: 'purchases',
    patches: [
      [
        code,
        'purchase: (_root, { id }, ctx) => findVisiblePurchase(ctx, id),',
        'purchase: (_root, { id }, ctx) => purchaseById(ctx, id),',
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'what staff alone may see is shown to every account',
    subgraph: 'purchases',
    patches: [
      [
        code,
        '  Account: {\n    __resolveReference: ({ id }, { viewer }) => buildAccountStub(viewer, id),',
        `  Account: {
    __resolveReference: ({ id }, { viewer }) =>
      viewer.kind === 'account' ? buildAccountStub({ ...viewer, roles: ['STAFF'] }, id) : null,`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'the account of the first caller is the response to all later callers',
    subgraph: 'accounts',
    patches: [
      [code, 'export const resolvers: Resolvers = {', 'let first;\n\nexport const resolvers: Resolvers = {'],
      [
        code,
        "ctx.viewer.kind === 'account' ? accountById(ctx, ctx.viewer.accountId) : null",
        "(first ??= ctx.viewer.kind === 'account' ? accountById(ctx, ctx.viewer.accountId) : undefined) ?? null",
      ],
    ],
    caughtBy: provider,
  },
];
