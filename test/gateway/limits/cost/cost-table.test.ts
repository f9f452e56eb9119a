// The costs that a composed supergraph declares, also when it imports the directives under other names.
import { describe, expect, test } from 'vitest';
import { readCostTable } from '../../../../gateway/limits/cost/cost-table.ts';
import { composeOne, federation } from './compose-one.ts';

describe('the cost table reads costs', () => {
  const body =
    'type Query { a: Int @COST(weight: 3) b(n: Int): [Int] @LIST(slicingArguments: ["n"], assumedSize: 2) }';
  const named = (cost: string, list: string) => body.replace('COST', cost).replace('LIST', list);

  test.each([
    ['by name', 'import: ["@cost", "@listSize"]', 'cost', 'listSize'],
    [
      'under another name',
      'import: [{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@long" }]',
      'price',
      'long',
    ],
    ['without an import', 'import: []', 'federation__cost', 'federation__listSize'],
  ])('%s', (_how, imports, cost, list) => {
    const table = readCostTable(
      composeOne(`extend schema @link(url: "${federation}", ${imports}) ${named(cost, list)}`),
    );
    expect(Object.fromEntries(table.weights)).toEqual({ 'Query.a': 3 });
    expect(Object.fromEntries(table.listSizes)).toEqual({
      'Query.b': {
        assumedSize: 2,
        slicingArguments: ['n'],
        sizedFields: [],
        requireOneSlicingArgument: true,
      },
    });
  });

  test('but not from a directive of the same name with another meaning', () => {
    const own = `extend schema @link(url: "${federation}", import: ["@composeDirective"])
      @link(url: "https://shop.example/cost/v1.0", import: ["@cost"]) @composeDirective(name: "@cost")
      directive @cost(weight: Int) on FIELD_DEFINITION type Query { a: Int @cost(weight: 3) }`;
    expect(readCostTable(composeOne(own)).weights.size).toBe(0);
  });
});
