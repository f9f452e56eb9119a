// An operation that was counted is not counted again with the same variables, and always with others.
import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { CheckedOperations } from '../../../gateway/limits/checked-operations.ts';
import { openCatalogue, outcome, refusedWith, send } from './catalogue.ts';

function operation(): OperationDefinitionNode {
  const [node] = parse('{ a }').definitions;
  if (node?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the document has an operation');
  return node;
}

test('remembers an operation with the variables that the count used; with any variables when it used none', () => {
  const checked = new CheckedOperations();
  const [sized, fixed] = [operation(), operation()];
  checked.add(sized, { first: 20, id: 'a' }, new Set(['first']));
  checked.add(fixed, { id: 'a' }, new Set());
  expect(checked.has(sized, { first: 20, id: 'b' })).toBe(true);
  expect(checked.has(sized, { first: 21, id: 'a' })).toBe(false);
  expect(checked.has(sized, {})).toBe(false);
  expect(checked.has(fixed, { id: 'b' })).toBe(true);
  expect(checked.has(operation(), { first: 20 })).toBe(false);
});

test('counts again when a condition leads to variables that no count has used yet', () => {
  const checked = new CheckedOperations();
  const node = operation();
  checked.add(node, { on: false, first: 9_000 }, new Set(['on']));
  checked.add(node, { on: true, first: 20 }, new Set(['on', 'first']));
  expect(checked.has(node, { on: true, first: 9_000 })).toBe(false);
  expect(checked.has(node, { on: true, first: 20 })).toBe(true);
});

test('stores no text and no object of a client', () => {
  const checked = new CheckedOperations();
  const node = operation();
  checked.add(node, { input: { password: 'secret' } }, new Set(['input']));
  checked.add(node, { input: 'secret' }, new Set(['input']));
  expect(checked.has(node, { input: 'secret' })).toBe(false);
});

test('drops the values of an operation when there are too many, so that no client can fill the memory', () => {
  const checked = new CheckedOperations();
  const node = operation();
  const seen = new Set(['first']);
  for (let first = 0; first < 33; first += 1) checked.add(node, { first }, seen);
  expect(checked.has(node, { first: 0 })).toBe(false);
  expect(checked.has(node, { first: 32 })).toBe(true);
});

test('a page within the limits does not let a larger one pass, also behind a condition', async () => {
  const graph = await openCatalogue();
  const pages = 'page(first: $n) { entries { page(first: $n) { entries { id } } } }';
  const query = `query($n: Int!, $on: Boolean!) { item { id } ... @include(if: $on) { ${pages} } }`;
  for (const variables of [
    { n: 500, on: false },
    { n: 5, on: true },
    { n: 500, on: false },
  ]) {
    expect(await send(graph, query, variables)).toMatchObject({ status: 200, codes: [] });
  }
  expect(outcome(await send(graph, query, { n: 500, on: true }))).toEqual(refusedWith('COST_TOO_HIGH'));
  await graph.close();
});
