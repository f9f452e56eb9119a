// What a subgraph's resolver returned, as its type has it: leaves serialized, objects as things, and what fails in a list as an
// Error in its place.
import { GraphQLError, type GraphQLOutputType, isLeafType, isListType, isNonNullType } from 'graphql';
import { type Lazy, lazy, Thing } from './graph-object.ts';

/** A subgraph's own answer about the same value. */
export interface Way {
  subgraph: string;
  type: string;
  value: Lazy;
}

export function completed(type: GraphQLOutputType, value: unknown, ways: readonly Way[]): unknown {
  if (value instanceof Error) throw value;
  if (isNonNullType(type)) {
    if (value === null || value === undefined) throw new GraphQLError('null where it may not be');
    return completed(type.ofType, value, ways);
  }
  if (value === null || value === undefined) return null;
  if (isListType(type))
    return [...(value as unknown[])].map((item, index) => itemOf(type.ofType, item, ways, index));
  if (isLeafType(type)) return type.serialize(value);
  return new Thing(
    new Map(ways.map(({ subgraph, type: name, value: way }) => [subgraph, { type: name, value: way }])),
  );
}

function itemOf(type: GraphQLOutputType, item: unknown, ways: readonly Way[], index: number): unknown {
  const inside = ways.map((way) => ({
    ...way,
    value: lazy(async () => ((await way.value()) as unknown[] | null)?.[index]),
  }));
  try {
    return completed(type, item, inside);
  } catch (cause) {
    return cause;
  }
}
