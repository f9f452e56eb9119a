// What a subgraph is told about an entity so that it can find it: its type, its key, and what @requires names.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { isJsonObject, type JsonObject, ownKeyReader, setOwn } from '../json-object.ts';

/** Null when something is not known of the entity: then there is nothing to ask. */
export type BuildRepresentation = (entity: JsonObject) => JsonObject | null;

type Part = (entity: JsonObject, representation: JsonObject) => boolean;

/** Compiles the `requires` of a fetch. The schema is the supergraph's own, with what clients cannot see. */
export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): BuildRepresentation {
  const byType = new Map<unknown, readonly Part[]>();
  const represent = represented(requires, schema, byType);
  // Without a type nobody could say what it is: as with an entity that no fragment speaks of.
  return (entity) => {
    const representation = represent(entity);
    return typeof representation?.__typename === 'string' ? representation : null;
  };
}

function represented(
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
  byType: Map<unknown, readonly Part[]>,
): BuildRepresentation {
  return (entity) => {
    const type = entity.__typename;
    let parts = byType.get(type);
    if (parts === undefined) {
      parts = partsFor(selections, schema, type);
      // Type names come from subgraphs: only those that the graph has are worth remembering.
      if (type === undefined || schema.getType(String(type)) !== undefined) byType.set(type, parts);
    }
    const representation: JsonObject = {};
    for (const part of parts) if (!part(entity, representation)) return null;
    return representation;
  };
}

function partsFor(
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
  type: unknown,
): Part[] {
  return selections.flatMap((selection): Part[] => {
    if (selection.kind === 'Field') return [fieldPart(selection, schema)];
    const { typeCondition } = selection;
    if (typeCondition === undefined || !isOfType(schema, type, typeCondition)) return [];
    return partsFor(selection.selections, schema, type);
  });
}

function fieldPart(field: Extract<QueryPlanSelectionNode, { kind: 'Field' }>, schema: GraphQLSchema): Part {
  const key = field.alias ?? field.name;
  const read = ownKeyReader(key);
  const nested = field.selections && represented(field.selections, schema, new Map());
  const shape = (value: unknown): unknown => {
    if (nested === undefined || value === null) return value;
    if (Array.isArray(value)) return value.map(shape);
    return isJsonObject(value) ? nested(value) : value;
  };
  return (entity, representation) => {
    const value = read(entity);
    if (value === undefined) return false;
    setOwn(representation, key, shape(value));
    return true;
  };
}

/** An object without a type is of none that a fragment could ask for. */
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
