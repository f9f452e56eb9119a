import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { enforceDocumentLimits, type ShapeLimits } from '../../../gateway/limits/measure.ts';
import { catchRefusal } from './catch-refusal.ts';

const off: ShapeLimits = {
  LIMIT_NESTING: 0,
  LIMIT_DEPTH: 0,
  LIMIT_ALIASES: 0,
  LIMIT_ROOT_FIELDS: 0,
  LIMIT_DIRECTIVES: 0,
  LIMIT_SELECTIONS: 0,
  LIMIT_INTROSPECTION_DEPTH: 0,
  LIMIT_INPUT_LIST: 0,
};

function refuse(text: string, limits: Partial<ShapeLimits>) {
  return catchRefusal(() => enforceDocumentLimits(parse(text), { ...off, ...limits }));
}

/** Whether the document measures exactly this much: the limit of this number lets it pass, and one less does not. */
function expectMeasure(text: string, limit: keyof ShapeLimits, measure: number, message: string): void {
  expect(refuse(text, { [limit]: measure })).toBeUndefined();
  expect(refuse(text, { [limit]: measure - 1 })?.message).toBe(`${message}; the limit is ${measure - 1}.`);
}

describe('with fragments expanded', () => {
  test.each([
    ['{ a b { c } }', 3],
    ['{ ...F } fragment F on Query { a b }', 3],
    ['{ ...F ...F } fragment F on Query { a b }', 6],
    ['{ ... { a ... { b } } }', 4],
    ['query A { a b } query B { c d }', 4],
    // No operation spreads it, and validation reads it all the same.
    ['{ a } fragment F on Query { b c }', 3],
  ])('%s has %i selections', (text, count) => {
    const message = `With its fragments expanded the document has ${count} selections`;
    expectMeasure(text, 'LIMIT_SELECTIONS', count, message);
  });

  test.each([
    ['{ a { b { c } } }', 3],
    ['{ a { ...F } } fragment F on A { b { c } }', 3],
    ['{ a { ... on A { ... on A { b } } } }', 2],
    ['{ a { b } ...F } fragment F on Query { c { d { e } } }', 3],
  ])('%s nests fields %i levels deep', (text, depth) => {
    expectMeasure(text, 'LIMIT_DEPTH', depth, `The operation nests fields ${depth} levels deep`);
  });

  test.each([
    ['{ x: a y: b { z: c } }', 3],
    ['{ ...F ...F } fragment F on Query { x: a y: b }', 4],
  ])('%s has %i aliases', (text, count) => {
    expectMeasure(text, 'LIMIT_ALIASES', count, `The operation has ${count} aliases`);
  });

  test.each([
    ['{ a @x @y b @x }', 3],
    ['query Q($v: Int @x) @y { a @z }', 3],
    ['{ ...F @x ... @x { a } } fragment F on Query @y { b @z @z }', 5],
  ])('%s has %i directives', (text, count) => {
    expectMeasure(text, 'LIMIT_DIRECTIVES', count, `The operation has ${count} directives`);
  });

  test.each([
    ['{ a b { c d e } }', 2],
    ['{ a ...F ... { b } } fragment F on Query { c }', 3],
  ])('%s has %i fields at its root', (text, count) => {
    expectMeasure(text, 'LIMIT_ROOT_FIELDS', count, `The operation has ${count} fields at its root`);
  });

  test.each([
    ['{ a { b } }', 2],
    ['{ ... { ... { a } } }', 3],
    ['{ ...F } fragment F on Query { a { b } }', 3],
  ])('%s nests selections and fragments %i levels deep', (text, depth) => {
    const message = `The document nests selections and fragments ${depth} levels deep`;
    expectMeasure(text, 'LIMIT_NESTING', depth, message);
  });
});

test.each([
  ['{ __schema { types { fields { name } } } }', 2],
  ['{ __type(name: "A") { fields { args { name } } } }', 2],
  ['{ __schema { ...S } } fragment S on __Schema { types { fields { args { name } } } }', 3],
  ['{ __schema { types { ofType { ofType { fields { name } } } } } }', 2],
])('%s nests lists of introspection %i levels deep', (text, depth) => {
  const message = `The introspection nests lists ${depth} levels deep`;
  expectMeasure(text, 'LIMIT_INTROSPECTION_DEPTH', depth, message);
});

test('fields of other types may have the names of introspection lists', () => {
  const text = '{ shop { types { fields { args { name } } } } }';
  expect(refuse(text, { LIMIT_INTROSPECTION_DEPTH: 1 })).toBeUndefined();
});

test('introspection counts as one level of depth, since it has a limit of its own', () => {
  const text = '{ __schema { types { ofType { ofType { name } } } } }';
  expect(refuse(text, { LIMIT_DEPTH: 1 })).toBeUndefined();
});

test('refuses a cycle of fragments, also one that no operation spreads', () => {
  const cycle = 'fragment A on Query { ...B } fragment B on Query { a ...A }';
  const refusal = {
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: 'The fragments of the document form a cycle.',
  };
  expect(refuse(`{ ...A } ${cycle}`, {})).toEqual(refusal);
  expect(refuse(`{ a } ${cycle}`, {})).toEqual(refusal);
});

test('leaves a fragment that does not exist to validation', () => {
  expect(refuse('{ ...Missing a }', { LIMIT_SELECTIONS: 2 })).toBeUndefined();
});

test('measures each fragment once, however often fragments spread each other', () => {
  const levels = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Q { ...F${n + 1} ...F${n + 1} }`);
  const bomb = `{ ...F0 } ${levels.join(' ')} fragment F60 on Q { a }`;
  expect(refuse(bomb, { LIMIT_SELECTIONS: 2_000 })).toEqual({
    code: 'TOO_MANY_SELECTIONS',
    message:
      'With its fragments expanded the document has more than 9007199254740990 selections; the limit is 2000.',
  });
});
