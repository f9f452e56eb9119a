// The conventions that docs/conventions.md promises to clients, checked on the composed graph: every subgraph of the map keeps them.
import { type GraphQLObjectType, getNamedType, isNonNullType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { buildApiSchema } from '../../../checks/plan/graph-schemas.ts';
import { readCostTable } from '../../../gateway/limits/cost/cost-table.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { findNodeOwners } from '../../../gateway/supergraph/node-graph.ts';
import { defaultPageSize } from '../../../platform/reads/connection.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';

const { supergraphSdl } = composeSupergraph(readSupergraphMap());
const schema = buildApiSchema(supergraphSdl);
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

test('every connection can be read from both ends, and its size counts from either end', () => {
  const { listSizes } = readCostTable(supergraphSdl);
  const query = schema.getQueryType();
  const connections = [...objectTypes, ...(query ? [query] : [])].flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
      .map((field) => ({ field, where: `${type.name}.${field.name}` })),
  );
  expect(connections.length).toBeGreaterThan(2);
  for (const { field, where } of connections) {
    const types = Object.fromEntries(field.args.map(({ name, type }) => [name, String(type)]));
    expect(types, where).toMatchObject({ first: 'Int', after: 'String', last: 'Int', before: 'String' });
    expect(listSizes.get(where), where).toEqual({
      assumedSize: defaultPageSize,
      slicingArguments: ['first', 'last'],
      sizedFields: ['edges'],
      requireOneSlicingArgument: false,
    });
    const connection = getNamedType(field.type);
    if (!isObjectType(connection)) throw new Error(`${where} is no object`);
    const { edges, pageInfo } = connection.getFields();
    expect([String(edges?.type), String(pageInfo?.type)], where).toEqual([
      `[${connection.name.replace(/Connection$/, 'Edge')}!]!`,
      'PageInfo!',
    ]);
  }
});

test('node finds every entity that a subgraph resolves by its id', () => {
  const entities = supergraphSdl.matchAll(/^type (\w+)[^{]*?@join__type\(graph: \w+, key: "id"\)/gms);
  const names = new Set([...entities].map(([, name]) => name));
  const found = [...findNodeOwners(supergraphSdl).values()].flat();
  expect(found.toSorted()).toEqual([...names].toSorted());
  expect(found.length).toBeGreaterThan(3);
});
