// Checks entity references. `_entities(representations:)` comes from any caller with an identity, and its input is untyped. The number
// of references is limited before anything is executed. Each reference is judged alone, so that a forged or malformed one fails
// only its own entry of the list.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  Kind,
  type ValueNode,
  visit,
} from 'graphql';
import { convertExactNumbers } from '../values/exact-values.ts';
import { badInput, Refusal } from '../values/refusal.ts';
import { buildKeyCheck, findExternalFields, hasValidFields, isResolvable } from './representation-values.ts';

/** Returns the number of references of an operation with these variables. Several aliases with one list count several times. */
export type CountReferences = (variables: Readonly<Record<string, unknown>>) => number;

const countNone: CountReferences = () => 0;

/**
 * Reads the document once. The counter counts each `_entities` in the text, in all operations and fragments. A fragment that is
 * spread twice makes one field, so no executed field is missed.
 */
export function buildReferenceCounter(document: DocumentNode): CountReferences {
  const lists: ValueNode[] = [];
  const defaults = new Map<string, number>();
  visit(document, {
    VariableDefinition: ({ variable, defaultValue }) => {
      if (defaultValue !== undefined) defaults.set(variable.name.value, countNodes(defaultValue));
    },
    Field: (field) => {
      const list = field.name.value === '_entities' ? findRepresentations(field) : undefined;
      if (list !== undefined) lists.push(list);
    },
  });
  if (lists.length === 0) return countNone;
  return (variables) => {
    let count = 0;
    for (const list of lists) {
      if (list.kind !== Kind.VARIABLE) count += countNodes(list);
      else if (!Object.hasOwn(variables, list.name.value)) count += defaults.get(list.name.value) ?? 0;
      else count += countValues(variables[list.name.value]);
    }
    return count;
  };
}

function findRepresentations(field: FieldNode): ValueNode | undefined {
  return field.arguments?.find(({ name }) => name.value === 'representations')?.value;
}

/** A value that is not a list counts as a list of one. */
function countNodes(value: ValueNode): number {
  return value.kind === Kind.LIST ? value.values.length : 1;
}

function countValues(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

/** Returns the refusal of an operation with too many references, and undefined within the limit. */
export function checkReferenceCount(limit: number, count: number): Refusal | undefined {
  if (count <= limit) return undefined;
  const message = 'The operation refers to too many entities at once. Request smaller pages.';
  return new Refusal('TOO_MANY_REPRESENTATIONS', message, { limit });
}

/** Returns the entity of one reference or a promise of it. Throws or rejects for that reference alone. */
type ResolveReference = (representation: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;

/**
 * Replaces Apollo's resolver of `_entities`. Apollo's resolver throws for the whole list when it cannot read one entry. For a type
 * that this subgraph does not resolve (`resolvable: false`) it returns the representation that the caller sent.
 */
export function resolveReferencesOneByOne(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolve = field?.resolve;
  if (field === undefined || resolve === undefined) return;
  const apollo: ResolveReference = (representation, context, info) =>
    (resolve({}, { representations: [representation] }, context, info) as unknown[])[0];
  const types = Object.values(schema.getTypeMap()).filter(isResolvable);
  const known = new Map(
    types.map((type) => [
      type.name,
      {
        type,
        hasKey: buildKeyCheck(type),
        external: findExternalFields(type),
        refer: buildReferenceResolver(type) ?? apollo,
      },
    ]),
  );
  field.resolve = (_source, { representations }: { representations: readonly unknown[] }, context, info) =>
    representations.map((given) => {
      const type = known.get(getTypename(given));
      const representation = type === undefined ? given : convertExactNumbers(type.type, given);
      if (type === undefined) {
        return badInput('representations', 'must each name in __typename an entity that is resolved here');
      }
      if (!type.hasKey(representation as Record<string, unknown>)) {
        return badInput('representations', 'must each have every field of a key, with a value of its type');
      }
      if (!hasValidFields(type.external, representation as Record<string, unknown>)) {
        return badInput(
          'representations',
          'must bring fields of other subgraphs in the types that they have here',
        );
      }
      try {
        return type.refer(representation, context, info);
      } catch (cause) {
        // An error that is returned as an entry of the list fails that entry alone.
        return cause;
      }
    });
}

/**
 * Does the same as Apollo's resolver for an object type, without a promise for each entity: a page has a hundred of them. Undefined
 * for an interface, whose types Apollo's resolver finds, and for a type without __resolveReference.
 */
function buildReferenceResolver(
  type: GraphQLObjectType | GraphQLInterfaceType,
): ResolveReference | undefined {
  const { apollo } = type.extensions as { apollo?: { subgraph?: { resolveReference?: ResolveReference } } };
  const resolveReference = apollo?.subgraph?.resolveReference;
  if (isInterfaceType(type) || resolveReference === undefined) return undefined;
  const setTypename = (found: unknown): unknown => {
    if (typeof found !== 'object' || found === null || found instanceof Error) return found;
    const entity = found as { __typename?: unknown };
    if ('__typename' in entity && entity.__typename !== type.name)
      return { ...entity, __typename: type.name };
    entity.__typename = type.name;
    return entity;
  };
  return (representation, context, info) => {
    const found = resolveReference(representation, context, info);
    return found instanceof Promise ? found.then(setTypename) : setTypename(found);
  };
}

function getTypename(representation: unknown): string {
  if (typeof representation !== 'object' || representation === null) return '';
  const { __typename: name } = representation as { __typename?: unknown };
  return typeof name === 'string' ? name : '';
}
