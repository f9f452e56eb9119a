import { parseValue } from 'graphql';
import { expect, test } from 'vitest';
import { rewriteOperation, type SubgraphStandIns } from '../../../gateway/planner-fixes/stand-in-text.ts';

const price = (currency: string) => ({
  name: 'price',
  arguments: [
    {
      kind: 'Argument' as never,
      name: { kind: 'Name' as never, value: 'currency' },
      value: parseValue(`"${currency}"`) as never,
    },
  ],
});
const eur = new Map([['price__eur', new Map()]]);
const usd = new Map([['price__usd', new Map()]]);
const standIns: SubgraphStandIns = {
  fields: new Map([
    ['price__eur', price('EUR')],
    ['price__usd', price('USD')],
  ]),
  requiredStandIns: new Map([
    ['Product.tax', eur],
    ['Product.again', eur],
    ['Product.duty', usd],
  ]),
};
const entities = (variables: string, selection: string) =>
  `query($representations:[_Any!]!${variables}){_entities(representations:$representations)${selection}}`;

test('leaves an operation without stand-ins as it is', () => {
  for (const query of ['{products{id}}', entities('', '{...on Product{free}}')])
    expect(rewriteOperation(query, standIns)).toEqual([]);
});

test('selects the real field under the name of its stand-in, or under its alias', () => {
  const [rewritten, ...others] = rewriteOperation(
    'query($n:Int){products(n:$n){price__eur mine:price__usd}}',
    standIns,
  );
  expect(rewritten).toEqual({
    query: 'query($n:Int){products(n:$n){price__eur:price(currency:"EUR")mine:price(currency:"USD")}}',
    variables: new Set(['n']),
    requiredStandIns: new Map(),
  });
  expect(others).toEqual([]);
});

test('keeps fields that require the same arguments in one operation, with what its representations contain', () => {
  const query = entities('', '{...on Product{tax again free}}');
  expect(rewriteOperation(query, standIns)).toEqual([
    { query, variables: new Set(['representations']), requiredStandIns: new Map([['Product', eur]]) },
  ]);
});

test('splits fields that require different arguments, with the fragments and variables that each part uses', () => {
  const query = `${entities('$n:Int,$m:Int', '{...on Product{__typename tax(n:$n) duty(m:$m) ...F}}')}fragment F on Product{free}`;
  expect(rewriteOperation(query, standIns)).toEqual([
    {
      query: entities('$n:Int', '{...on Product{__typename tax(n:$n)...on Product{free}}}'),
      variables: new Set(['representations', 'n']),
      requiredStandIns: new Map([['Product', eur]]),
    },
    {
      query: entities('$m:Int', '{...on Product{__typename duty(m:$m)}}'),
      variables: new Set(['representations', 'm']),
      requiredStandIns: new Map([['Product', usd]]),
    },
  ]);
});

test('says which fragment a fetch lacks', () => {
  expect(() => rewriteOperation(entities('', '{...Lost}'), standIns)).toThrow(
    'the fetch has no fragment Lost',
  );
});
