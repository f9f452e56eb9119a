// Which values are valid for a scalar or an enum, in the data of a subgraph and in the response of the gateway. Apollo's executor
// accepts the same values.
import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';

/** Maximum nesting of the JSON of a custom scalar, so that serializing the response cannot overflow the stack. */
const maxScalarDepth = 200;

type LeafCheck = (value: unknown) => boolean;

const specifiedScalarChecks: Readonly<Record<string, LeafCheck>> = {
  Int: Number.isInteger,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
  Boolean: (value) => typeof value === 'boolean',
};

/** The check for a value that a subgraph sends. A custom scalar may have any value that is not nested too deeply. */
export function getLeafCheck(type: GraphQLLeafType): LeafCheck {
  return findTypeCheck(type) ?? isShallow;
}

/** The check of an enum or of a scalar of GraphQL itself. Undefined for a custom scalar, which only its subgraph knows. */
export function findTypeCheck(type: GraphQLLeafType): LeafCheck | undefined {
  if (!isEnumType(type)) return isSpecifiedScalarType(type) ? specifiedScalarChecks[type.name] : undefined;
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => names.has(value);
}

function isShallow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxScalarDepth) return false;
    level = level.flatMap((item) =>
      Object.values(item as object).filter((inner) => typeof inner === 'object' && inner),
    );
  }
  return true;
}
