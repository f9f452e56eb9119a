import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { indexFragments } from '../../gateway/fragments.ts';

test('finds every fragment of a document by its name, and nothing else', () => {
  const document = parse('query Q { ...A } fragment A on Query { a } fragment constructor on Query { b }');
  const fragments = indexFragments(document);
  expect([...fragments.keys()]).toEqual(['A', 'constructor']);
  expect(fragments.get('A')).toBe(document.definitions[1]);
  expect(fragments.get('constructor')).toBe(document.definitions[2]);
  expect(fragments.get('Q')).toBeUndefined();
  expect(fragments.get('toString')).toBeUndefined();
});
