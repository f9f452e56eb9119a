import { buildSchema, execute, type FieldNode, type GraphQLResolveInfo, parse } from 'graphql';
import { expect, test } from 'vitest';
import { ExecutionState } from '../../../platform/execution/execution-state.ts';
import { createInfo, type InfoParts } from '../../../platform/execution/info.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema('type Query { a(n: Int): String }');
const document = parse('query Q($n: Int) { a(n: $n) ...F } fragment F on Query { a(n: $n) }');
const parentType = required(schema.getQueryType(), 'the schema has it');
const definition = required(parentType.getFields().a, 'the type has it');

/** The info that graphql-js gives to the resolver. */
function infoOfGraphqlJs(): GraphQLResolveInfo {
  let found: GraphQLResolveInfo | undefined;
  definition.resolve = (_source, _args, _context, info) => {
    found = info;
  };
  execute({ schema, document, variableValues: { n: 1 } });
  return required(found, 'the resolver was called');
}

test('has the same properties as the info of graphql-js', () => {
  const expected = infoOfGraphqlJs();
  const parts: InfoParts = {
    definition,
    nodes: expected.fieldNodes as readonly FieldNode[],
    parentType,
    document: expected,
  };
  const info = createInfo(parts, new ExecutionState({}, { n: 1 }), expected.path);
  const names = Object.keys(expected) as (keyof GraphQLResolveInfo)[];
  expect(names).toHaveLength(10);
  for (const name of names) expect([name, info[name]]).toEqual([name, expected[name]]);
});
