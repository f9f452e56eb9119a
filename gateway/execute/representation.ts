// Builds the representation by which a subgraph finds an entity: the entity's type, its key, and the fields that @requires
// names. Compiled once for each fetch.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { createKeyReader, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';

/** Returns null when a field is missing in the entity: then the gateway cannot fetch it. */
export type BuildRepresentation = (entity: JsonObject) => JsonObject | null;

/** Copies one field. Returns false when the entity does not have it. */
type CopyField = (entity: JsonObject, representation: JsonObject) => boolean;

/** Compiles the `requires` of a fetch. The schema is the supergraph's own, including what clients cannot see. */
export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): BuildRepresentation {
  const build = compileSelections(requires, schema);
  // A representation without a type is useless. So is one for which no type condition of the fetch applied.
  return (entity) => {
    const representation = build(entity);
    return typeof representation?.__typename === 'string' ? representation : null;
  };
}

function compileSelections(
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): BuildRepresentation {
  const fieldsByType = new Map<unknown, readonly CopyField[]>();
  return (entity) => {
    const type = entity.__typename;
    let fields = fieldsByType.get(type);
    if (fields === undefined) {
      fields = compileFieldsOfType(selections, schema, type);
      // A subgraph chooses the type name: only names of the schema are remembered, so that the map stays bounded.
      if (type === undefined || schema.getType(String(type)) !== undefined) fieldsByType.set(type, fields);
    }
    const representation: JsonObject = {};
    for (const copyField of fields) if (!copyField(entity, representation)) return null;
    return representation;
  };
}

function compileFieldsOfType(
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
  type: unknown,
): CopyField[] {
  return selections.flatMap((selection): CopyField[] => {
    if (selection.kind === 'Field') return [compileField(selection, schema)];
    const { typeCondition } = selection;
    if (typeCondition === undefined || !isOfType(schema, type, typeCondition)) return [];
    return compileFieldsOfType(selection.selections, schema, type);
  });
}

function compileField(
  field: Extract<QueryPlanSelectionNode, { kind: 'Field' }>,
  schema: GraphQLSchema,
): CopyField {
  const key = field.alias ?? field.name;
  const read = createKeyReader(key);
  const buildNested = field.selections && compileSelections(field.selections, schema);
  const copyValue = (value: unknown): unknown => {
    if (buildNested === undefined || value === null) return value;
    if (Array.isArray(value)) return value.map(copyValue);
    return isJsonObject(value) ? buildNested(value) : value;
  };
  return (entity, representation) => {
    const value = read(entity);
    if (value === undefined) return false;
    setOwn(representation, key, copyValue(value));
    return true;
  };
}

/** Whether an object of this type meets a type condition. An object without a type name meets none. */
export function isOfType(schema: GraphQLSchema, type: unknown, condition: string): boolean {
  if (typeof type !== 'string') return false;
  if (type === condition) return true;
  const [found, wanted] = [schema.getType(type), schema.getType(condition)];
  return (
    isAbstractType(wanted) &&
    found !== undefined &&
    (isObjectType(found) || ('getInterfaces' in found && 'getFields' in found)) &&
    schema.isSubType(wanted, found as never)
  );
}
