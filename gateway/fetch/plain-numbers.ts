// Whether the response to a fetch can contain a number that needs more digits than a JavaScript number has. Only custom scalars can:
// a Float is a double, and this project's own scalars are text. Looking for such numbers in a response costs time, which the
// gateway saves where there can be none.
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  visit,
} from 'graphql';
import { isSharedScalarUrl } from '../../platform/values/scalars.ts';

/** By schema: the names of the fields that may have such numbers. A fetch of entities does not name their types, so names must do. */
const fieldNames = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/** True when no field of the fetch, of a subgraph of this project, can have such a number. */
export function hasPlainNumbers(schema: GraphQLSchema, fetch: DocumentNode): boolean {
  let names = fieldNames.get(schema);
  if (names === undefined) {
    names = findFieldNames(schema);
    fieldNames.set(schema, names);
  }
  if (names.size === 0) return true;
  let isPlain = true;
  visit(fetch, {
    Field: ({ name }) => {
      if (names.has(name.value)) isPlain = false;
    },
  });
  return isPlain;
}

function findFieldNames(schema: GraphQLSchema): Set<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      if (isScalarType(named) && !isSpecifiedScalarType(named) && !isSharedScalarUrl(named.specifiedByURL))
        names.add(field.name);
    }
  }
  return names;
}
