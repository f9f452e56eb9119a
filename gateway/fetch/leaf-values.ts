// Which values are valid for a scalar or an enum, in the data of a subgraph and in the response of the gateway. Apollo's executor
// accepts the same values.
import { type GraphQLLeafType, isEnumType, isSpecifiedScalarType } from 'graphql';
import { ExactNumber } from '../../platform/values/exact-number.ts';

/** Maximum nesting of the JSON of a custom scalar, so that serializing the response cannot overflow the stack. */
const maxScalarDepth = 200;

type LeafCheck = (value: unknown) => boolean;

const specifiedScalarChecks: Readonly<Record<string, LeafCheck>> = {
  // As GraphQL defines it: 32 bits.
  Int: (value) => typeof value === 'number' && (value | 0) === value,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string',
  ID: (value) =>
    typeof value === 'string' || Number.isInteger(value) || (value instanceof ExactNumber && value.isInteger),
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

/** The form in which the gateway keeps a number that a subgraph wrote: of the scalars of GraphQL, only an ID can need its digits. */
export function readExactNumber(type: GraphQLLeafType, exact: ExactNumber): unknown {
  const value = Number(exact);
  // An ID with a fraction or an exponent stays as it is, for the check to refuse: to round it would name something else.
  if (type.name === 'ID') return exact.isInteger && Number.isSafeInteger(value) ? value : exact;
  return type.name === 'Int' || type.name === 'Float' ? value : exact;
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
