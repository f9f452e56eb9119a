// Small changes that a plan asks for on what is sent and what is answered: a value set (the type of an @interfaceObject),
// a key renamed (two fields that a subgraph could not answer under one name).
import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';
import { isOfType } from './representation.ts';

export type ApplyRewrites = (value: unknown) => void;

const fragment = '... on ';

/** Undefined when there is nothing to rewrite: then nobody needs to look. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): ApplyRewrites | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const all = rewrites.map((rewrite) => {
    const change = changeOf(rewrite);
    return (value: unknown) => applyAt(value, rewrite.path.slice(0, -1), 0, schema, change);
  });
  return (value) => {
    for (const rewrite of all) rewrite(value);
  };
}

function changeOf(rewrite: FetchDataRewrite): (object: JsonObject) => void {
  const key = rewrite.path.at(-1) ?? '';
  if (rewrite.kind === 'ValueSetter') return (object) => setOwn(object, key, rewrite.setValueTo);
  return (object) => {
    const value = getOwn(object, key);
    if (value === undefined) return;
    setOwn(object, rewrite.renameKeyTo, value);
    setOwn(object, key, undefined);
  };
}

function applyAt(
  value: unknown,
  path: readonly string[],
  at: number,
  schema: GraphQLSchema,
  change: (object: JsonObject) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(item, path, at, schema, change);
    return;
  }
  if (!isJsonObject(value)) return;
  const element = path[at];
  if (element === undefined) {
    change(value);
  } else if (element.startsWith(fragment)) {
    const { __typename: type } = value;
    // Nothing is known against it where the type was not asked for.
    if (type === undefined || isOfType(schema, type, element.slice(fragment.length)))
      applyAt(value, path, at + 1, schema, change);
  } else {
    applyAt(getOwn(value, element), path, at + 1, schema, change);
  }
}
