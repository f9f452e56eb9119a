// Gives the exact numbers of a value the form that their types have. A scalar of GraphQL has rules of its own: a Float is a double,
// an ID is text. A custom scalar keeps the number as it was written, because only its subgraph knows how many digits matter.
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  type TypeNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { containsExactNumber, ExactNumber } from './exact-number.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The variables with the numbers of GraphQL's own scalars in their form; the same object when there is nothing to change. A value
 * that its type does not accept stays for the coercion, whose error names the variable.
 */
export function convertVariables<Given extends Variables>(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Given,
): Given {
  let converted = variables;
  for (const { variable, type: node } of definitions) {
    const name = variable.name.value;
    if (!Object.hasOwn(variables, name) || !mayConvert(schema.getType(getTypeName(node)))) continue;
    const value = variables[name];
    if (!containsExactNumber(value)) continue;
    const type = typeFromAST(schema, node as never) as GraphQLType | undefined;
    if (type !== undefined) converted = { ...converted, [name]: convertExactNumbers(type, value) };
  }
  return converted;
}

function getTypeName(node: TypeNode): string {
  return node.kind === Kind.NAMED_TYPE ? node.name.value : getTypeName(node.type);
}

/** False for a custom scalar, such as the representations of entities, whose values then need not be searched. */
function mayConvert(type: GraphQLNamedType | undefined): boolean {
  return type !== undefined && (isInputObjectType(type) || isEnumType(type) || isSpecifiedScalarType(type));
}

/** The value itself when it contains no exact number. */
export function convertExactNumbers(type: GraphQLType, value: unknown): unknown {
  if (!containsExactNumber(value)) return value;
  const named = getNamedType(type);
  if (value instanceof ExactNumber) return convertNumber(named, value);
  if (Array.isArray(value)) {
    const list = getNullableType(type);
    return isListType(list) ? value.map((item) => convertExactNumbers(list.ofType, item)) : value;
  }
  if (!isInputObjectType(named) && !isObjectType(named) && !isInterfaceType(named)) return value;
  const fields = named.getFields();
  return Object.fromEntries(
    Object.entries(value as object).map(([key, inner]) => {
      const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
      return [key, field === undefined ? inner : convertExactNumbers(field.type, inner)];
    }),
  );
}

function convertNumber(type: GraphQLNamedType, exact: ExactNumber): unknown {
  if (!isSpecifiedScalarType(type) && !isEnumType(type)) return exact;
  const value = Number(exact);
  if (type.name !== 'ID') return value;
  // The coercion refuses what is left: to round it would name something else.
  if (!exact.isInteger) return exact;
  return Number.isSafeInteger(value) ? value : String(exact);
}
