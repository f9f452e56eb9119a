import { buildSchema, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { InputValues } from '../../../../gateway/limits/cost/argument-cost.ts';
import { CostTable } from '../../../../gateway/limits/cost/cost-table.ts';
import { refuseRepeatedMutations } from '../../../../gateway/limits/cost/repeated-mutations.ts';
import { catchRefusal } from '../catch-refusal.ts';

const schema = buildSchema('type Query { signIn: Int } type Mutation { signIn: Int rename: Int }');
const table = new CostTable();
table.weights.set('Mutation.signIn', 100);
table.weights.set('Mutation.rename', 99);
table.weights.set('Query.signIn', 100);

function refuse(text: string, variables: Record<string, unknown> = {}, expensiveFrom = 100) {
  const document = parse(text);
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const values = new InputValues(variables);
  const rules = { schema, table, expensiveFrom };
  return catchRefusal(() => refuseRepeatedMutations(rules, document, operation, values));
}

test.each([
  'mutation { signIn }',
  'mutation { signIn signIn }',
  'mutation { signIn rename other: rename third: rename }',
  'mutation { signIn other: signIn @skip(if: true) }',
  'query { signIn other: signIn }',
])('lets %s pass', (text) => {
  expect(refuse(text)).toBeUndefined();
});

test.each([
  ['mutation { a: signIn b: signIn }', 2],
  ['mutation { a: signIn ... { b: signIn } ...F } fragment F on Mutation { c: signIn }', 3],
])('refuses an expensive mutation that is selected more than once: %s', (text, count) => {
  expect(refuse(text)).toEqual({
    code: 'MUTATION_REPEATED',
    message: `The operation selects the expensive mutation signIn ${count} times; the limit is 1.`,
  });
});

test('follows the variables of conditions', () => {
  const text = 'mutation($twice: Boolean!) { a: signIn b: signIn @include(if: $twice) }';
  expect(refuse(text, { twice: false })).toBeUndefined();
  expect(refuse(text, { twice: true })?.code).toBe('MUTATION_REPEATED');
});

test('a mutation is expensive from the weight of the setting on, and 0 turns the limit off', () => {
  const text = 'mutation { a: rename b: rename }';
  expect(refuse(text, {}, 99)?.code).toBe('MUTATION_REPEATED');
  expect(refuse(text, {}, 100)).toBeUndefined();
  expect(refuse('mutation { a: signIn b: signIn }', {}, 0)).toBeUndefined();
});

test('a graph without mutations repeats none', () => {
  const document = parse('mutation { a: signIn b: signIn }');
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the operation comes first');
  const rules = { schema: buildSchema('type Query { a: Int }'), table, expensiveFrom: 100 };
  expect(
    catchRefusal(() => refuseRepeatedMutations(rules, document, operation, new InputValues({}))),
  ).toBeUndefined();
});
