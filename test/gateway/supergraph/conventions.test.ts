// The conventions that docs/conventions.md promises to clients, checked on the composed graph: every subgraph of the map keeps them.
import { type GraphQLObjectType, getNamedType, isNonNullType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { buildApiSchema } from '../../../checks/plan/graph-schemas.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';

const schema = buildApiSchema(composeSupergraph(readSupergraphMap()).supergraphSdl);
const roots = [schema.getQueryType(), schema.getMutationType()];
const objectTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType =>
    isObjectType(type) && !type.name.startsWith('__') && !roots.includes(type),
);

test('every object type has an id that is never null, or says in its description why it has none', () => {
  const problems = objectTypes.flatMap((type) => {
    const id = type.getFields().id?.type;
    const hasId = isNonNullType(id) && getNamedType(id).name === 'ID';
    return hasId === (type.description?.includes('It has no id: ') ?? false) ? [type.name] : [];
  });
  expect(objectTypes.length).toBeGreaterThan(10);
  expect(problems).toEqual([]);
});
