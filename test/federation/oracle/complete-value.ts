// Completes the value that a resolver of a subgraph returned, by its type: serialized leaves, graph objects, and an Error in place
// of each list item that failed.
import { GraphQLError, type GraphQLOutputType, isLeafType, isListType, isNonNullType } from 'graphql';
import { createLazy, GraphObject, type LazyValue } from './graph-object.ts';

/** The same value as another subgraph resolves it. */
export interface SubgraphValue {
  subgraph: string;
  type: string;
  value: LazyValue;
}

export function completeValue(
  type: GraphQLOutputType,
  value: unknown,
  subgraphValues: readonly SubgraphValue[],
): unknown {
  if (value instanceof Error) throw value;
  if (isNonNullType(type)) {
    if (value === null || value === undefined)
      throw new GraphQLError('a subgraph returned null for a non-null type');
    return completeValue(type.ofType, value, subgraphValues);
  }
  if (value === null || value === undefined) return null;
  if (isListType(type))
    return [...(value as unknown[])].map((item, index) =>
      completeItem(type.ofType, item, subgraphValues, index),
    );
  if (isLeafType(type)) return type.serialize(value);
  return new GraphObject(
    new Map(
      subgraphValues.map(({ subgraph, type: name, value: lazyValue }) => [
        subgraph,
        { type: name, value: lazyValue },
      ]),
    ),
  );
}

function completeItem(
  type: GraphQLOutputType,
  item: unknown,
  subgraphValues: readonly SubgraphValue[],
  index: number,
): unknown {
  const itemValues = subgraphValues.map((one) => ({
    ...one,
    value: createLazy(async () => ((await one.value()) as unknown[] | null)?.[index]),
  }));
  try {
    return completeValue(type, item, itemValues);
  } catch (cause) {
    return cause;
  }
}
