import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { NotCompiled } from '../../../platform/execution/compile.ts';
import { compileOperations } from '../../../platform/execution/compiled-operations.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema('type Query { a: Int b: Int }');
const find = (text: string) => compileOperations(schema, parse(text));
const only = (text: string) => required(find(text)(undefined), 'it is the only operation');
const reasonOf = (variant: unknown) => (variant instanceof NotCompiled ? variant.reason : 'compiled');

test('finds an operation by its name, and the only one also without a name', () => {
  const single = find('query A { a }');
  expect([undefined, null, 'A', 'B', ''].map((name) => single(name)?.node.name?.value)).toEqual([
    'A',
    'A',
    'A',
    undefined,
    undefined,
  ]);
  const several = find('query A { a } query B { b } fragment F on Query { a }');
  expect([undefined, 'A', 'B', 'F'].map((name) => several(name)?.node.name?.value)).toEqual([
    undefined,
    'A',
    'B',
    undefined,
  ]);
});

test('compiles one variant for the same conditions, even if other variables differ', () => {
  const { variantFor } = only('query ($x: Boolean!, $n: Int) { a @skip(if: $x) b }');
  const skipped = variantFor({ x: true, n: 1 });
  expect(reasonOf(skipped)).toBe('compiled');
  expect(variantFor({ x: true, n: 2 })).toBe(skipped);
  expect(variantFor({ x: false, n: 1 })).not.toBe(skipped);
});

test('finds conditions in fragments, and ignores other directives', () => {
  const text =
    'query ($x: Boolean!, $y: Boolean!) { ...F } fragment F on Query { a @include(if: $x) b @other(if: $y) }';
  const { variantFor } = only(text);
  const first = variantFor({ x: true, y: true });
  expect(variantFor({ x: true, y: false })).toBe(first);
  expect(variantFor({ x: false, y: true })).not.toBe(first);
});

test('does not compile for a condition that is null or missing, and does not keep that answer', () => {
  const { variantFor } = only('query ($x: Boolean = true) { a @skip(if: $x) }');
  for (const variables of [{ x: null }, {}])
    expect(reasonOf(variantFor(variables))).toBe('a condition is null');
  expect(reasonOf(variantFor({ x: true }))).toBe('compiled');
});

test('keeps the variants that it has when there are too many', () => {
  const names = ['c0', 'c1', 'c2', 'c3'];
  const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
  const fields = names.map((name) => `${name}: a @include(if: $${name})`).join(' ');
  const { variantFor } = only(`query (${declared}) { ${fields} }`);
  const variables = (bits: number) =>
    Object.fromEntries(names.map((name, n) => [name, ((bits >> n) & 1) === 1]));
  const variants = Array.from({ length: 16 }, (_, bits) => variantFor(variables(bits)));
  expect(variants.map(reasonOf)).toEqual([
    ...Array(8).fill('compiled'),
    ...Array(8).fill('too many conditions'),
  ]);
  expect(variantFor(variables(0))).toBe(variants[0]);
});

test('limits the fields of a document over all its operations, and compiles none again after that', () => {
  const fields = Array.from({ length: 60 }, (_, n) => `n${n}:a`).join(' ');
  // The fragment makes 60 fields of each operation; the text is long enough for three of them.
  const operations = Array.from({ length: 9 }, (_, n) => `query Q${n} { ...F }`).join(' ');
  const named = find(`${operations} fragment F on Query { ${fields} }`);
  const variants = Array.from({ length: 9 }, (_, n) => named(`Q${n}`)?.variantFor({}));
  expect(variants.map(reasonOf)).toEqual([...Array(3).fill('compiled'), ...Array(6).fill('too large')]);
  expect(named('Q8')?.variantFor({})).toBe(variants[8]);
});
