// What a gateway sends of an entity: of all that a fixture knows about it, exactly what a fetch requires. A subgraph that
// needs more must not find it, and a fixture that knows less would prove nothing.
import {
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';

export type Representation = Readonly<Record<string, unknown>>;

/** The types in the outermost conditions of a `requires`. */
export function typesIn(requires: string): string[] {
  const types = selectionOf(requires).selections.flatMap((node) =>
    node.kind === Kind.INLINE_FRAGMENT ? (node.typeCondition?.name.value ?? []) : [],
  );
  return [...new Set(types)];
}

/** `missing` names, by their paths, the fields that must be sent and are not known. */
export function represent(
  requires: string,
  type: string,
  known: Representation,
  schema: GraphQLSchema,
): { sent: Representation; missing: string[] } {
  const missing: string[] = [];
  const value = { ...known, __typename: type };
  return { sent: picked(selectionOf(requires), value, schema, [], missing), missing };
}

function selectionOf(requires: string): SelectionSetNode {
  const [definition] = parse(requires, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`"${requires}" is no selection`);
  return definition.selectionSet;
}

function picked(
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
      // An object inside need not say its type: what it has of a fragment is sent, and nothing of it must be there.
      const isUntold = condition !== undefined && value.__typename === undefined;
      if (isUntold || applies(condition, value.__typename, schema))
        Object.assign(sent, picked(node.selectionSet, value, schema, path, isUntold ? [] : missing));
    } else if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value;
      const inside = [...path, key];
      if (!Object.hasOwn(value, key)) missing.push(inside.join('.'));
      else sent[key] = pickedInside(node.selectionSet, value[key], schema, inside, missing);
    }
  }
  return sent;
}

function pickedInside(
  selectionSet: SelectionSetNode | undefined,
  value: unknown,
  schema: GraphQLSchema,
  path: readonly string[],
  missing: string[],
): unknown {
  if (Array.isArray(value))
    return value.map((item) => pickedInside(selectionSet, item, schema, path, missing));
  if (selectionSet === undefined || typeof value !== 'object' || value === null) return value;
  return picked(selectionSet, value as Representation, schema, path, missing);
}

function applies(condition: string | undefined, type: unknown, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type) return true;
  const [wanted, own] = [schema.getType(condition), schema.getType(String(type))];
  return isAbstractType(wanted) && isObjectType(own) && schema.isSubType(wanted, own);
}
