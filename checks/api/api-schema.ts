// The schema as clients see it: without what is @inaccessible, without the directives of routers, and without types that no
// operation reaches. Descriptions stay: they are the manual.
import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isIntrospectionType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printType,
} from 'graphql';

/** As SDL, sorted by name, so that a change of the graph is a small change of the text. */
export function printApiSchema(schema: GraphQLSchema): string {
  const sorted = lexicographicSortSchema(schema);
  const reached = findReachedTypes(sorted);
  const texts = Object.values(sorted.getTypeMap())
    .filter((type) => reached.has(type) && !isSpecifiedScalarType(type) && !isIntrospectionType(type))
    .map(printType);
  return `${texts.join('\n\n')}\n`;
}

function findReachedTypes(schema: GraphQLSchema): ReadonlySet<GraphQLNamedType> {
  const reached = new Set<GraphQLNamedType>();
  const reach = (type: GraphQLNamedType): void => {
    if (reached.has(type)) return;
    reached.add(type);
    for (const next of listUsedTypes(schema, type)) reach(next);
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (root) reach(root);
  }
  return reached;
}

function listUsedTypes(schema: GraphQLSchema, type: GraphQLNamedType): GraphQLNamedType[] {
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => getNamedType(field.type));
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  if (!('getFields' in type)) return [...possible];
  const fields = Object.values(type.getFields()).flatMap((field) => [
    getNamedType(field.type),
    ...field.args.map((argument) => getNamedType(argument.type)),
  ]);
  return [...possible, ...type.getInterfaces(), ...fields];
}
