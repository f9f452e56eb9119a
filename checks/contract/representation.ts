// Builds the representation that a gateway sends of an entity: of all fields in the fixture, exactly those that the fetch
// requires. A subgraph that needs more must not receive it, and a fixture that has fewer fields would prove nothing.
import { type GraphQLSchema, Kind, parse, type SelectionSetNode } from 'graphql';
import { isOfType } from '../../gateway/execute/representation.ts';

export type Representation = Readonly<Record<string, unknown>>;

/** The types of the outermost type conditions of a `requires`. */
export function findTypeConditions(requires: string): string[] {
  const types = parseSelection(requires).selections.flatMap((node) =>
    node.kind === Kind.INLINE_FRAGMENT ? (node.typeCondition?.name.value ?? []) : [],
  );
  return [...new Set(types)];
}

/** `missing` lists the paths of fields that the fetch sends and the fixture does not have. */
export function buildRepresentation(
  requires: string,
  type: string,
  known: Representation,
  schema: GraphQLSchema,
): { sent: Representation; missing: string[] } {
  const missing: string[] = [];
  const value = { ...known, __typename: type };
  return { sent: pickFields(parseSelection(requires), value, schema, [], missing), missing };
}

function parseSelection(requires: string): SelectionSetNode {
  const [definition] = parse(requires, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`"${requires}" is not a selection set`);
  return definition.selectionSet;
}

function pickFields(
  { selections }: SelectionSetNode,
  value: Representation,
  schema: GraphQLSchema,
  path: readonly string[],
  missing: string[],
): Representation {
  const sent: Record<string, unknown> = {};
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition?.name.value;
      // A nested object may have no __typename: its fields of the fragment are sent, and none of them is missing.
      const isUntyped = condition !== undefined && value.__typename === undefined;
      if (isUntyped || condition === undefined || isOfType(schema, value.__typename, condition))
        Object.assign(sent, pickFields(node.selectionSet, value, schema, path, isUntyped ? [] : missing));
    } else if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const inside = [...path, key];
      if (!Object.hasOwn(value, key)) missing.push(inside.join('.'));
      else sent[key] = pickValue(node.selectionSet, value[key], schema, inside, missing);
    }
  }
  return sent;
}

function pickValue(
  selectionSet: SelectionSetNode | undefined,
  value: unknown,
  schema: GraphQLSchema,
  path: readonly string[],
  missing: string[],
): unknown {
  if (Array.isArray(value)) return value.map((item) => pickValue(selectionSet, item, schema, path, missing));
  if (selectionSet === undefined || typeof value !== 'object' || value === null) return value;
  return pickFields(selectionSet, value as Representation, schema, path, missing);
}
