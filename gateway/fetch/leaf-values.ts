// Which values a subgraph may answer for a scalar or an enum. Apollo's executor takes the same for valid.
import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';

/** How deep the JSON of a scalar of somebody's own may go: what is written out again must not exhaust the stack. */
const deepest = 200;

const ofScalar: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: Number.isInteger,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
  Boolean: (value) => typeof value === 'boolean',
};

export function getLeafCheck(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) {
    // With those that clients cannot see: of these the shaping makes null, as the graph has it.
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => names.has(value);
  }
  const isValid = isSpecifiedScalarType(type) ? ofScalar[type.name] : undefined;
  return isValid ?? isShallow;
}

function isShallow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return false;
    level = level.flatMap((item) =>
      Object.values(item as object).filter((inner) => typeof inner === 'object' && inner),
    );
  }
  return true;
}
