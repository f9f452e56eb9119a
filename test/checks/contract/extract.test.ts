// Contracts drawn from plans: each fetch is in the contract of its subgraph, with the fields that it requires and its conditions. The
// composed schema is beside them.
import { rmSync } from 'node:fs';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { printComposedSchema, readComposedSchema } from '../../../checks/contract/composed-schema.ts';
import type { Interaction } from '../../../checks/contract/contract.ts';
import { extractContracts } from '../../../checks/contract/extract.ts';
import {
  type Condition,
  findCommonCondition,
  matchesCondition,
  simplifyConditions,
} from '../../../checks/plan/conditions.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { link, writeMap } from '../../gateway/small-graph.ts';

const { map, folder } = writeMap({
  books: `${link}
"What there is to read."
type Query { best: Book books(first: Int): [Book!]! media: [Media!]! }
interface Media @key(fields: "id") { id: ID! }
type Book implements Media @key(fields: "id") { id: ID! title(in: String): String! secret: Int @inaccessible size: Size }
type Size { pages: Int! }
enum Binding { HARD SOFT }`,
  stock: `${link}
type Book @key(fields: "id") { id: ID! size: Size @external left: Int weight: Int @requires(fields: "size { pages }") }
type Size { pages: Int! @external }`,
  stars: `${link}type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }`,
  unasked: `${link}type Query { nobody: Int }`,
});
const { supergraphSdl } = composeSupergraph(map);
rmSync(folder, { recursive: true });

interface Sample {
  text: string;
  variables?: Record<string, unknown>;
  missingVariables?: string[];
}

function drawn(...samples: Sample[]) {
  const operations = samples.map(({ text, variables = {}, missingVariables = [] }, index) => {
    const name = /(?:query|mutation) (\w+)/.exec(text)?.[1] ?? '';
    return { name, file: `${index}.graphql`, text, document: parse(text), variables, missingVariables };
  });
  const contracts = extractContracts(supergraphSdl, ['books', 'stock', 'stars', 'unasked'], operations);
  return Object.fromEntries(contracts.map(({ subgraph, interactions }) => [subgraph, interactions]));
}

const only = (interactions: readonly Interaction[] = []) => {
  const [interaction, ...more] = interactions;
  expect(more).toEqual([]);
  return interaction;
};

describe('an extracted contract', () => {
  test('has the text, the sample values and the operations of each fetch, and is empty for a subgraph that no plan calls', () => {
    const text = 'query Page($first: Int, $in: String) { books(first: $first) { title(in: $in) left } }';
    const { books, stock, unasked } = drawn({ text, variables: { first: 2, other: 1 } });
    expect(only(books)).toStrictEqual({
      name: 'Page__books__0',
      kind: 'query',
      text: 'query Page__books__0($first:Int$in:String){books(first:$first){__typename id title(in:$in)}}',
      requires: null,
      variables: { first: 2 },
      conditions: [],
      operations: ['Page'],
    });
    expect(only(stock)).toMatchObject({ requires: '{ ... on Book { __typename id } }', variables: {} });
    expect(unasked).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['what a field requires beside the key', 'weight', '{ ... on Book { __typename id size { pages } } }'],
    [
      'an interface by its name where its subgraph knows it as one type',
      'stars',
      '{ ... on Media { __typename id } }',
    ],
  ])('requires of entities %s', (_what, field, requires) => {
    const { stock = [], stars = [] } = drawn({ text: `query Best { best { ${field} } }` });
    expect(only([...stock, ...stars])?.requires).toBe(requires);
  });

  test('has a fetch of two places once, and orders the fetches of several operations by name', () => {
    const twice = 'query Twice { best { left } books { left } }';
    const { stock } = drawn({ text: twice }, { text: 'query Also { best { left } }' });
    expect(stock?.map(({ name, operations }) => [name, operations])).toEqual([
      ['Also__stock__1', ['Also']],
      ['Twice__stock__1', ['Twice']],
      ['Twice__stock__2', ['Twice']],
    ]);
  });

  test.each<[string, Condition[]]>([
    ['best { title ... @include(if: $a) { left } }', [{ a: true }]],
    ['best { title left @skip(if: $a) }', [{ a: false }]],
    ['best { title left @include(if: $a) weight @skip(if: $b) }', [{ a: true, b: true }]],
    ['best { title ... @include(if: $a) { left @skip(if: $b) } }', [{ a: true, b: false }]],
    ['best { title left @include(if: true) }', []],
  ])('has the conditions of a fetch: { %s }', (selection, conditions) => {
    const names = ['a', 'b'].filter((name) => selection.includes(`$${name}`));
    const declared = names.map((name) => `$${name}: Boolean = true`).join(' ');
    const text = `query If${declared && `(${declared})`} { ${selection} }`;
    const found = drawn({ text }).stock?.find((interaction) => interaction.text.includes('{left}'));
    expect(found?.conditions).toEqual(conditions);
  });

  test('has every condition of a fetch that several conditions need', () => {
    const text =
      'query If($a: Boolean!, $b: Boolean!) { best { title left @include(if: $a) stars @include(if: $b) } }';
    const { books } = drawn({ text, variables: { a: true, b: true } });
    expect(books?.map(({ text: sent, conditions }) => [sent.includes('__typename'), conditions])).toEqual([
      [true, [{ a: true }, { b: true }]],
      [false, [{ a: false, b: false }]],
    ]);
  });

  test('of too many conditions combines only values of which at most one differs', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const declared = names.map((name) => `$${name}: Boolean = false`).join(' ');
    const fields = names.map((name) => `${name}: title(in: "${name}") @include(if: $${name})`).join(' ');
    const { books } = drawn({ text: `query Many(${declared}) { best { ${fields} } }` });
    expect(books).toHaveLength(2 * names.length + 2);
  });

  test.each<[string, Sample, RegExp]>([
    [
      'a variable without a sample',
      { text: 'query Best($a: Boolean!) { best { title @skip(if: $a) } }', missingVariables: ['a'] },
      /^0\.graphql: has no sample for \$a; write 0\.variables\.json$/,
    ],
    [
      'what does not fit the graph',
      { text: 'query Best { worst { title } }' },
      /^0\.graphql: Cannot query field "worst" on type "Query"\. .*Change the operation, or the graph, so that they fit\.$/,
    ],
    [
      'what the gateway would refuse',
      { text: 'query Best($a: Int) { best { title(in: $a) } }' },
      /^0\.graphql: Variable "\$a" of type "Int" used in position expecting type "String"\. Change/,
    ],
    [
      'a sample of another type',
      { text: 'query Page($a: Int) { books(first: $a) { title } }', variables: { a: 'two' } },
      /^0\.variables\.json: Variable "\$a" got invalid value "two"; Int cannot represent .*\. Correct the sample\.$/,
    ],
    ['what clients cannot see', { text: 'query Best { best { secret } }' }, /Cannot query field "secret"/],
  ])('refuses %s', (_what, sample, sentence) => {
    expect(() => drawn(sample)).toThrow(sentence);
  });
});

describe('conditions', () => {
  const [a, b] = [{ a: true }, { b: true }];
  test.each<[Condition[], Condition[]]>([
    [[{}], []],
    [[a, { a: false }], []],
    [
      [
        { a: true, b: true },
        { a: true, b: false },
      ],
      [a],
    ],
    [
      [
        { a: true, b: true },
        { a: true, b: false },
        { a: false, b: true },
      ],
      [a, b],
    ],
    [[a, { a: true, b: false }], [a]],
    [
      [a, b],
      [a, b],
    ],
    [[a, a], [a]],
  ])('%j simplify to %j', (alternatives, simple) => {
    expect(simplifyConditions(alternatives)).toEqual(simple);
    for (const values of [
      { a: true, b: true },
      { a: true, b: false },
      { a: false, b: true },
      { a: false, b: false },
    ])
      expect(matchesCondition(simple, values)).toBe(
        alternatives.some((one) => matchesCondition([one], values)),
      );
  });

  test('have in common the values of every alternative', () => {
    expect(
      findCommonCondition([
        { a: true, b: true },
        { a: true, b: false },
      ]),
    ).toEqual([a]);
    expect(findCommonCondition([a, b])).toEqual([]);
    expect(findCommonCondition([])).toEqual([]);
  });
});

describe('the composed schema', () => {
  test('has every element of the subgraphs, inaccessible ones included, and no definition that only routers read', () => {
    const text = printComposedSchema(supergraphSdl);
    expect(text).toContain(
      'type Book implements Media {\n  id: ID!\n  title(in: String): String!\n  secret: Int\n',
    );
    expect(text).toContain('enum Binding {\n  HARD\n  SOFT\n}');
    expect(text).not.toMatch(/join__|link__|@|What there is to read/);
    expect(readComposedSchema(text, 'schema.graphql').getType('Size')).toBeDefined();
  });

  test('is refused with the name of its file when the text is not a schema', () => {
    expect(() => readComposedSchema('{ "a": 1 }', 'x.json')).toThrow(
      /^x\.json is not a schema \(Syntax Error: .*npm run contract:record$/,
    );
  });
});
