// Completes data for the client: the selected fields, in their order, with null where a value does not fit. What the executor of
// Apollo and graphql-js do with the same operations is compared in test/federation/compiled-plans.test.ts.
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compileResponseShape } from '../../../gateway/execute/response-shape.ts';
import { indexFragments } from '../../../gateway/fragments.ts';

const schema = buildSchema(`
  type Query { dog: Dog pet: Pet sure: Dog! dogs: [Dog!] ages: [Int] any: Anything color: Color }
  interface Pet { name: String }
  type Dog implements Pet { name: String size: Int! }
  type Cat implements Pet { name: String }
  scalar Anything
  enum Color { RED }
`);

function shape(query: string, data: unknown) {
  const document = parse(query);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const problems: string[] = [];
  const shaped = compileResponseShape(
    schema,
    operation,
    indexFragments(document),
  )(data as Record<string, unknown>, (message, path) => problems.push(`${path.join('.')}: ${message}`));
  return { json: JSON.stringify(shaped), problems };
}

test.each([
  ['{ dog { size name } }', '{"dog":{"name":"Rex","size":1,"id":"x"}}', '{"dog":{"size":1,"name":"Rex"}}'],
  ['{ dog { b: size a: name } }', '{"dog":{"a":"Rex","b":1}}', '{"dog":{"b":1,"a":"Rex"}}'],
  ['{ dog { size } dog { name } }', '{"dog":{"name":"R","size":1}}', '{"dog":{"size":1,"name":"R"}}'],
  ['{ dog { ...D } } fragment D on Dog { size }', '{"dog":{"size":1}}', '{"dog":{"size":1}}'],
  ['{ dog { name } }', '{}', '{"dog":null}'],
  ['{ any ages }', '{"any":{"x":[1]},"ages":[1,null]}', '{"any":{"x":[1]},"ages":[1,null]}'],
  ['{ dog { __proto__: name } }', '{"dog":{"__proto__":"Rex"}}', '{"dog":{"__proto__":"Rex"}}'],
  ['{ dog { constructor: name } }', '{"dog":{}}', '{"dog":{"constructor":null}}'],
])('keeps the selected fields of %s in their order', (query, data, expected) => {
  expect(shape(query, JSON.parse(data))).toEqual({ json: expected, problems: [] });
});

test('selects the fields of an abstract type by the type of each object, and writes its name', () => {
  const query = '{ pet { __typename ... on Dog { size } ... on Cat { name } } }';
  expect(shape(query, { pet: { __typename: 'Dog', size: 1, name: 'Rex' } }).json).toBe(
    '{"pet":{"__typename":"Dog","size":1}}',
  );
  expect(shape(query, { pet: { __typename: 'Cat', size: 1, name: 'Tom' } }).json).toBe(
    '{"pet":{"__typename":"Cat","name":"Tom"}}',
  );
});

test.each([
  ['{ dog { name } }', { dog: 'x' }, '{"dog":null}', 'dog: A value is not an object.'],
  ['{ ages }', { ages: 1 }, '{"ages":null}', 'ages: A value is not a list.'],
  ['{ ages }', { ages: [1, 'x'] }, '{"ages":[1,null]}', 'ages.1: A value is not a valid Int.'],
  ['{ color }', { color: 'BLUE' }, '{"color":null}', 'color: A value is not a valid Color.'],
  [
    '{ pet { name } }',
    { pet: { __typename: 'Bird' } },
    '{"pet":null}',
    'pet: A value has a type that the schema does not have.',
  ],
  ['{ pet { __typename } }', { pet: {} }, '{"pet":null}', 'pet: A value has an unknown object type.'],
])('replaces a value that does not fit %s by null, and reports it', (query, data, json, problem) => {
  expect(shape(query, data)).toEqual({ json, problems: [problem] });
});

test('propagates null to the next value that may be null, and reports it once', () => {
  const missing = 'Cannot return null for non-nullable field Dog.size.';
  expect(shape('{ dog { size } }', { dog: {} })).toEqual({
    json: '{"dog":null}',
    problems: [`dog.size: ${missing}`],
  });
  expect(shape('{ dogs { size } }', { dogs: [{ size: 1 }, {}] })).toEqual({
    json: '{"dogs":null}',
    problems: [`dogs.1.size: ${missing}`],
  });
  expect(shape('{ sure { size } }', { sure: { size: null } })).toEqual({
    json: 'null',
    problems: [`sure.size: ${missing}`],
  });
  expect(shape('{ dogs { size } }', { dogs: [null] }).problems).toEqual([
    'dogs.0: Cannot return null for a non-nullable item of a list.',
  ]);
});
