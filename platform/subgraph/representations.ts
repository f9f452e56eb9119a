// Entity references as a subgraph takes them: `_entities(representations:)` comes from whoever holds an identity, and is
// untyped. So many at once and no more, told before anything runs; and each judged on its own, in its place, so that one
// that is forged or malformed costs nobody else their answer.
import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type ValueNode,
  visit,
} from 'graphql';
import { badInput, Refusal } from '../values/refusal.ts';

/** How many references an operation makes with these variables; several aliases with one list refer to it several times. */
export type CountReferences = (variables: Readonly<Record<string, unknown>>) => number;

const countNone: CountReferences = () => 0;

/**
 * Read once from the text. Counts every `_entities` that is written down, whichever operation or fragment it stands in: a
 * fragment that is spread twice makes one field, so nothing that runs is missed.
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

/** What is no list is taken for a list of one. */
function countNodes(value: ValueNode): number {
  return value.kind === Kind.LIST ? value.values.length : 1;
}

function countValues(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

/** The refusal of an operation with so many references; undefined for one within the limit. */
export function checkReferenceCount(limit: number, count: number): Refusal | undefined {
  if (count <= limit) return undefined;
  const message = 'This refers to too many things at once; ask for smaller pages.';
  return new Refusal('TOO_MANY_REPRESENTATIONS', message, { limit });
}

/** Answers what a reference is to, or a promise of it; throws or rejects for that one alone. */
type ResolveReference = (representation: unknown, context: unknown, info: GraphQLResolveInfo) => unknown;

/**
 * Apollo's resolver throws for the whole list when it cannot read one entry, and answers an entry of a type that this
 * subgraph only refers to (`resolvable: false`) with whatever its sender wrote into it.
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
      { external: findExternalFields(type), refer: buildReferenceResolver(type) ?? apollo },
    ]),
  );
  field.resolve = (_source, { representations }: { representations: readonly unknown[] }, context, info) =>
    representations.map((representation) => {
      const type = known.get(getTypename(representation));
      if (type === undefined) {
        return badInput('representations', 'must each name in __typename an entity that is resolved here');
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
        // As an entry of the list an error fails that entry alone.
        return cause;
      }
    });
}

/**
 * What Apollo's resolver does for an object type, without a promise of its own for each entity: a page has a hundred.
 * Undefined for an interface, of whose types it finds out more, and where there is no __resolveReference.
 */
function buildReferenceResolver(
  type: GraphQLObjectType | GraphQLInterfaceType,
): ResolveReference | undefined {
  const { apollo } = type.extensions as { apollo?: { subgraph?: { resolveReference?: ResolveReference } } };
  const resolveReference = apollo?.subgraph?.resolveReference;
  if (isInterfaceType(type) || resolveReference === undefined) return undefined;
  const named = (found: unknown): unknown => {
    if (typeof found !== 'object' || found === null || found instanceof Error) return found;
    const entity = found as { __typename?: unknown };
    if ('__typename' in entity && entity.__typename !== type.name)
      return { ...entity, __typename: type.name };
    entity.__typename = type.name;
    return entity;
  };
  return (representation, context, info) => {
    const found = resolveReference(representation, context, info);
    return found instanceof Promise ? found.then(named) : named(found);
  };
}

function getTypename(representation: unknown): string {
  if (typeof representation !== 'object' || representation === null) return '';
  const { __typename: name } = representation as { __typename?: unknown };
  return typeof name === 'string' ? name : '';
}

/** True for a type with a key by which others may ask for it here. */
function isResolvable(type: GraphQLNamedType): type is GraphQLObjectType | GraphQLInterfaceType {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return [type.astNode, ...type.extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => isNamed(directive, 'key'))
    .some((key) => !key.arguments?.some(isResolvableFalse));
}

/** What `@requires` may bring: fields that others resolve. Keys are not among them: a resolver answers null for a bad one. */
function findExternalFields(
  type: GraphQLObjectType | GraphQLInterfaceType,
): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter(({ astNode }) =>
    astNode?.directives?.some((directive) => isNamed(directive, 'external')),
  );
}

function hasValidFields(
  fields: readonly GraphQLField<unknown, unknown>[],
  values: Record<string, unknown>,
): boolean {
  return fields.every(({ name, type }) => !Object.hasOwn(values, name) || isValueOfType(type, values[name]));
}

/** Whether JSON is a value of the type, as its subgraph would have answered it. */
function isValueOfType(type: GraphQLOutputType, value: unknown): boolean {
  if (isNonNullType(type)) return value !== null && isValueOfType(type.ofType, value);
  if (value === null) return true;
  if (isListType(type))
    return Array.isArray(value) && value.every((item) => isValueOfType(type.ofType, item));
  if (isLeafType(type)) return canParse(type, value);
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  return (
    isUnionType(type) || hasValidFields(Object.values(type.getFields()), value as Record<string, unknown>)
  );
}

function canParse(type: GraphQLLeafType, value: unknown): boolean {
  try {
    return type.parseValue(value) !== undefined;
  } catch {
    return false;
  }
}

/** With the name that the federation specification gives it, or under the namespace of it. */
function isNamed({ name }: DirectiveNode, wanted: string): boolean {
  return name.value === wanted || name.value === `federation__${wanted}`;
}

function isResolvableFalse({ name, value }: ArgumentNode): boolean {
  return name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value;
}
