import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { isEntityRequired } from '../../../gateway/fetch/required-entity.ts';

const schema = buildSchema(`
  type Query { dog: Dog! maybe: Dog dogs: [Dog!]! loose: [Dog]! pet: Pet! grid: [[Dog!]!]! }
  interface Pet { owner: Owner! }
  type Dog implements Pet { name: String! owner: Owner! }
  type Owner { name: String! dog: Dog! }
`);

function isRequired(query: string, path: readonly string[], ...requiredKeys: string[]): boolean {
  const document = parse(query);
  const operation = document.definitions[0] as OperationDefinitionNode;
  return isEntityRequired(path, requiredKeys, { schema, document, operation });
}

test.each([
  ['{ dog { name } }', ['dog']],
  ['{ d: dog { n: name } }', ['d'], 'n'],
  ['{ dogs { name } }', ['dogs', '@']],
  ['{ grid { name } }', ['grid', '@', '@']],
  ['{ ...F } fragment F on Query { dog { ... on Dog { name } } }', ['dog']],
  ['{ pet { owner { dog { name } } } }', ['pet', 'owner', 'dog']],
  ['{ pet { ... on Dog { owner { name } } } }', ['pet', 'owner']],
])('%s requires the entity at %j', (query, path, key = 'name') => {
  expect(isRequired(query, path, key)).toBe(true);
});

test.each([
  ['the schema allows null there', '{ maybe { name } }', ['maybe'], ['name']],
  ['the schema allows null in the list', '{ loose { name } }', ['loose', '@'], ['name']],
  ['the client does not select a required key', '{ dog { owner { name } } }', ['dog'], ['name']],
  ['no key of the entity is required', '{ dog { name } }', ['dog'], []],
  ['the client selects nothing at the path', '{ dog { name } }', ['nothing'], ['name']],
])('no entity is required when %s', (_reason, query, path, keys) => {
  expect(isRequired(query, path, ...keys)).toBe(false);
});
