// Judges the values of a representation, which is untyped: whether it has a key of its entity, and whether its values are values of
// the types that they have here.
import {
  type ArgumentNode,
  type DirectiveNode,
  type GraphQLField,
  GraphQLID,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLString,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
} from 'graphql';

/** True for a type with a key by which other subgraphs may resolve it here. */
export function isResolvable(type: GraphQLNamedType): type is GraphQLObjectType | GraphQLInterfaceType {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return findKeys(type).length > 0;
}

/** The directives of those keys. */
function findKeys(type: GraphQLObjectType | GraphQLInterfaceType): DirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes]
    .flatMap((node) => node?.directives ?? [])
    .filter((directive) => isNamed(directive, 'key') && !directive.arguments?.some(isResolvableFalse));
}

interface KeyField {
  name: string;
  type: GraphQLOutputType;
  /** True for an ID or a String: every text is a value of it, and most keys are text. */
  isText: boolean;
}

/** The check whether a representation has all fields of a key, with values of their types. */
export function buildKeyCheck(
  type: GraphQLObjectType | GraphQLInterfaceType,
): (values: Readonly<Record<string, unknown>>) => boolean {
  const keys = findKeys(type).map((key) => readKeyFields(type, key));
  return (values) =>
    keys.some((fields) =>
      fields.every(({ name, type: fieldType, isText }) => {
        const value = values[name];
        return (
          (isText && typeof value === 'string') || (value !== undefined && isValueOfType(fieldType, value))
        );
      }),
    );
}

/** Names of the fields of all keys by which other subgraphs may resolve the type here. */
export function findKeyFields(type: GraphQLObjectType | GraphQLInterfaceType): string[] {
  return findKeys(type).flatMap((key) => readKeyFields(type, key).map(({ name }) => name));
}

/** The composition has checked that a key names fields of its type. */
function readKeyFields(type: GraphQLObjectType | GraphQLInterfaceType, key: DirectiveNode): KeyField[] {
  const value = key.arguments?.find(({ name }) => name.value === 'fields')?.value;
  const [selection] = parse(`{ ${value?.kind === Kind.STRING ? value.value : '__typename'} }`).definitions;
  const nodes = selection?.kind === Kind.OPERATION_DEFINITION ? selection.selectionSet.selections : [];
  return nodes.flatMap((node): KeyField[] => {
    const field = node.kind === Kind.FIELD ? type.getFields()[node.name.value] : undefined;
    if (field === undefined) return [];
    const named = getNullableType(field.type);
    return [{ name: field.name, type: field.type, isText: named === GraphQLID || named === GraphQLString }];
  });
}

/** Fields of other subgraphs, which `@requires` may send. */
export function findExternalFields(
  type: GraphQLObjectType | GraphQLInterfaceType,
): GraphQLField<unknown, unknown>[] {
  return Object.values(type.getFields()).filter(({ astNode }) =>
    astNode?.directives?.some((directive) => isNamed(directive, 'external')),
  );
}

export function hasValidFields(
  fields: readonly GraphQLField<unknown, unknown>[],
  values: Record<string, unknown>,
): boolean {
  return fields.every(({ name, type }) => !Object.hasOwn(values, name) || isValueOfType(type, values[name]));
}

/** True when a JSON value is a value of the type, as the response of its subgraph would contain it. */
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

/** Compares with the name in the federation specification, with and without its namespace. */
function isNamed({ name }: DirectiveNode, wanted: string): boolean {
  return name.value === wanted || name.value === `federation__${wanted}`;
}

function isResolvableFalse({ name, value }: ArgumentNode): boolean {
  return name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value;
}
