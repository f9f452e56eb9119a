import type { FieldNode } from 'graphql';
import { expect, test } from 'vitest';
import {
  findRequiredStandIns,
  getStandInName,
  mergeRequiredStandIns,
  type RequiredStandIns,
} from '../../../gateway/planner-fixes/required-stand-ins.ts';
import { parseFieldSet } from '../../../gateway/supergraph/join-directives.ts';

const fieldOf = (text: string) => parseFieldSet(text).selections[0] as FieldNode;
const leaf: RequiredStandIns = new Map();

test('names a stand-in by its field and its arguments, in any order', () => {
  const name = getStandInName(fieldOf('price(currency: "EUR", net: true)'));
  expect(name).toMatch(/^price__[0-9a-f]{12}$/);
  expect(getStandInName(fieldOf('price(net:true currency:"EUR")'))).toBe(name);
  expect(getStandInName(fieldOf('price(currency: "USD", net: true)'))).not.toBe(name);
  expect(getStandInName(fieldOf('price'))).not.toBe(name);
});

test('finds the stand-ins of a field set, with the keys that lead to them', () => {
  const standIns = new Map(['x__1', 'y__1'].map((name) => [name, { name: name[0] ?? '', arguments: [] }]));
  const set = parseFieldSet('id x__1 org { id ... on Org { y__1 } } other { id }');
  expect(findRequiredStandIns(set, standIns)).toEqual(
    new Map([
      ['x__1', leaf],
      ['org', new Map([['y__1', leaf]])],
    ]),
  );
});

test('merges trees without a change to the merged ones', () => {
  const one: RequiredStandIns = new Map([['org', new Map([['a', leaf]])]]);
  const other: RequiredStandIns = new Map([
    ['org', new Map([['b', leaf]])],
    ['c', leaf],
  ]);
  const merged = new Map(one);
  mergeRequiredStandIns(merged, other);
  expect(merged.get('org')).toEqual(
    new Map([
      ['a', leaf],
      ['b', leaf],
    ]),
  );
  expect([...merged.keys()]).toEqual(['org', 'c']);
  expect(one.get('org')).toEqual(new Map([['a', leaf]]));
});
