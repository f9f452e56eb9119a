// Defects that no SDL shows: what fields answer, and which refusals are given. It also lists harmless changes of the code.
import type { Mutant } from './mutant.ts';

const code = 'resolvers.ts';
const provider = ['provider contract'] as const;

export const fieldDefects: readonly Mutant[] = [
  {
    defect: 'a field that may be null always is',
    subgraph: 'purchases',
    patches: [
      [
        code,
        '      total === null || currency === null ?',
        '      total !== undefined || currency === null ?',
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a field that may not be null is',
    subgraph: 'products',
    patches: [[code, '  Product: {', '  Product: {\n    sku: () => null,']],
    caughtBy: provider,
  },
  {
    defect: 'one entity of many is answered with a fault',
    subgraph: 'payments',
    patches: [
      [
        code,
        '({ refunded, currency }) => fromNumeric(refunded, currency)',
        `({ refunded, currency, status }) => {
      if (status === 'DECLINED') throw new Error('no charge');
      return fromNumeric(refunded, currency);
    }`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'an amount as the table has it, with too many digits',
    subgraph: 'products',
    patches: [
      [
        code,
        'price: ({ price, currency }) => fromNumeric(price, currency),',
        'price: ({ price, currency }) => ({ amount: price, currency }),',
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a list in another order',
    subgraph: 'products',
    patches: [['product.ts', "'id DESC' : 'id'", "'id' : 'id DESC'"]],
    caughtBy: provider,
  },
  {
    defect: 'a filter that filters nothing',
    subgraph: 'products',
    patches: [['product.ts', '(stock > 0) = $', '(stock >= 0) IS NOT NULL OR false = $']],
    caughtBy: provider,
  },
  {
    defect: 'a page as long as the server likes',
    subgraph: 'purchases',
    patches: [
      [
        code,
        `parsePage(args, 'Account.purchases', id)`,
        `parsePage({ ...args, first: 20 }, 'Account.purchases', id)`,
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a fault in place of a refusal: its code is lost',
    subgraph: 'accounts',
    patches: [
      [
        'create-session.ts',
        "if (account === null || !matches) throw refuse('CREDENTIALS_WRONG');",
        "if (account === null || !matches) throw new Error('credentials wrong');",
      ],
    ],
    caughtBy: provider,
  },
  {
    defect: 'a refusal with another code',
    subgraph: 'purchases',
    patches: [['purchase-input.ts', "throw refuse('NO_LINES')", "throw refuse('TOO_MANY_LINES')"]],
    caughtBy: provider,
  },
  {
    defect: 'wrong input is corrected in silence, not refused',
    subgraph: 'products',
    patches: [
      [
        code,
        `parsePage(args, 'Query.products')`,
        `parsePage({ ...args, first: Math.min(args.first ?? 20, 100) }, 'Query.products')`,
      ],
    ],
    caughtBy: provider,
  },
];

export const harmlessCode: readonly Mutant[] = [
  {
    defect: 'rows read in another order, and put into the one that was asked for',
    subgraph: 'products',
    patches: [['product.ts', 'WHERE id = ANY($1)', 'WHERE id = ANY($1) ORDER BY name']],
    caughtBy: [],
  },
  {
    defect: 'a refusal in other words, with the same code',
    subgraph: 'purchases',
    patches: [['errors.ts', 'A purchase must have at least one line.', 'Name what you want to buy.']],
    caughtBy: [],
  },
];
