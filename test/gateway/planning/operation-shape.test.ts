import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { printShape } from '../../../gateway/planning/operation-shape.ts';

const shapeOf = (query: string, operationName?: string) => printShape(parse(query), operationName);

test('is the same under other names of the operation and of its aliases', () => {
  const shape = shapeOf('{ a: n b: n c { a: n } }');
  expect(shapeOf('query Renamed { x: n y: n c { x: n } }')).toBe(shape);
  expect(shapeOf('query Renamed { x: n y: n c { x: n } }', 'Renamed')).toBe(shape);
});

test('is the same beside other operations of the document, and their fragments', () => {
  const query = 'query Asked { ...Used } fragment Used on Query { n }';
  const other = 'query Other { ...Unused } fragment Unused on Query { m }';
  expect(shapeOf(`${other} ${query}`, 'Asked')).toBe(shapeOf(query));
});

test('differs where the planner has other work', () => {
  const shape = shapeOf('{ a: n b: n }');
  for (const query of ['{ a: n a: n }', '{ n n }', '{ a: n }', '{ a: n b: m }', 'mutation { a: n b: n }'])
    expect(shapeOf(query)).not.toBe(shape);
});
