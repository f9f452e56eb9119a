// The scalars that all subgraphs share. A subgraph declares the ones it uses in its SDL, and this file implements them.
// Values are serialized to their JSON form, so that a response is the same in memory and over HTTP.
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';
import { minorDigits } from './money.ts';

const decimalPattern = /^-?(0|[1-9]\d{0,11})(\.\d{1,3})?$/;

const Decimal = buildTextScalar(
  'Decimal',
  'must be decimal text like "12.50": at most 12 digits, then at most 3',
  (text) => decimalPattern.test(text),
);

const Currency = buildTextScalar('Currency', 'must be a supported ISO 4217 code, like "EUR"', (text) =>
  Object.hasOwn(minorDigits, text),
);

const sharedScalars: Readonly<Record<string, GraphQLScalarType>> = {
  Decimal,
  Currency,
  DateTime: GraphQLDateTimeISO,
};

const specificationPrefix = 'https://tributary.dev/scalars/';

/** Another graph may have scalars of the same names with another meaning: the URL of @specifiedBy tells them apart. */
export function isSharedScalarUrl(url: string | null | undefined): boolean {
  return url?.startsWith(specificationPrefix) === true;
}

/** The implementations of those shared scalars that a schema declares. */
export function pickSharedScalars(declared: readonly string[]): Record<string, GraphQLScalarType> {
  return Object.fromEntries(Object.entries(sharedScalars).filter(([name]) => declared.includes(name)));
}

/** A scalar that accepts strings only: a JSON number may have lost digits before the server parses it. */
function buildTextScalar(name: string, rule: string, isValid: (text: string) => boolean): GraphQLScalarType {
  const parse = (value: unknown, node?: ValueNode): string => {
    if (typeof value === 'string' && isValid(value)) return value;
    throw new GraphQLError(`${name} ${rule}.`, { nodes: node ?? null });
  };
  return new GraphQLScalarType({
    name,
    serialize: (value) => parse(value),
    parseValue: (value) => parse(value),
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined, node),
  });
}
