// The registered operations: every file read with its samples, and what is wrong said in one sentence.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readOperations } from '../../checks/operations.ts';
import { temporaryFolder } from '../support/temporary.ts';

const folder = temporaryFolder();
const shown = relative(process.cwd(), folder);
afterEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
});

test('reads each operation with its samples, in the order of the files', () => {
  writeFileSync(join(folder, 'b.graphql'), 'query B($id: ID!, $first: Int = 3, $after: ID) { __typename }');
  writeFileSync(join(folder, 'b.variables.json'), '{ "id": "7" }');
  writeFileSync(join(folder, 'a.graphql'), 'query A { ...F }\nfragment F on Query { __typename }');
  writeFileSync(join(folder, 'notes.txt'), 'no operation');
  expect(readOperations(folder)).toMatchObject([
    { name: 'A', file: join(shown, 'a.graphql'), variables: {}, missingVariables: [] },
    { name: 'B', file: join(shown, 'b.graphql'), variables: { id: '7' }, missingVariables: [] },
  ]);
});

test('names the variables that need a sample and have none', () => {
  writeFileSync(join(folder, 'a.graphql'), 'query A($id: ID!, $first: Int! = 3, $after: ID) { __typename }');
  expect(readOperations(folder)).toMatchObject([{ missingVariables: ['id'] }]);
});

test('refuses an unusable folder or file in one sentence', () => {
  expect(readOperations(folder)).toEqual([]);
  writeFileSync(join(folder, 'a.graphql'), 'query A {');
  expect(() => readOperations(folder)).toThrow('a.graphql:1: Syntax Error');
  writeFileSync(join(folder, 'a.graphql'), '{ __typename }');
  expect(() => readOperations(folder)).toThrow('a.graphql:1: needs exactly one operation, with a name');
  writeFileSync(join(folder, 'a.graphql'), 'query A { __typename }');
  writeFileSync(join(folder, 'a.variables.json'), '[]');
  expect(() => readOperations(folder)).toThrow(
    `${join(shown, 'a.variables.json')} must hold an object: a value for each variable`,
  );
  writeFileSync(join(folder, 'a.variables.json'), '{');
  expect(() => readOperations(folder)).toThrow(`${join(shown, 'a.variables.json')} is not JSON`);
  expect(() => readOperations(join(folder, 'nowhere'))).toThrow(
    `${join(shown, 'nowhere')} does not exist; it must hold the registered operations, a *.graphql file for each`,
  );
});

test('every registered operation of this graph has a sample for each variable that it needs', () => {
  const operations = readOperations(resolve(import.meta.dirname, '../../operations'));
  expect(operations.length).toBeGreaterThan(3);
  for (const { file, missingVariables } of operations) expect([file, missingVariables]).toEqual([file, []]);
});
