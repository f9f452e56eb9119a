// Applies the rewrites of a plan to a representation before a fetch sends it, or to the data that a fetch returns: to set a
// value (the type of an @interfaceObject), or to rename a key (two fields that cannot have one name in one operation).
import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';
import { isOfType } from './representation.ts';

export type ApplyRewrites = (value: unknown) => void;

type RewriteObject = (object: JsonObject) => void;

const typeConditionPrefix = '... on ';

/** Undefined when there is nothing to rewrite, so that the caller can skip the walk through the data. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): ApplyRewrites | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => {
    const rewriteObject = compileRewrite(rewrite);
    return (value: unknown) => rewriteAt(value, rewrite.path.slice(0, -1), 0, schema, rewriteObject);
  });
  return (value) => {
    for (const applyRewrite of compiled) applyRewrite(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite): RewriteObject {
  const key = rewrite.path.at(-1) ?? '';
  if (rewrite.kind === 'ValueSetter') return (object) => setOwn(object, key, rewrite.setValueTo);
  return (object) => {
    const value = getOwn(object, key);
    if (value === undefined) return;
    setOwn(object, rewrite.renameKeyTo, value);
    setOwn(object, key, undefined);
  };
}

function rewriteAt(
  value: unknown,
  path: readonly string[],
  depth: number,
  schema: GraphQLSchema,
  rewriteObject: RewriteObject,
): void {
  if (Array.isArray(value)) {
    for (const item of value) rewriteAt(item, path, depth, schema, rewriteObject);
    return;
  }
  if (!isJsonObject(value)) return;
  const element = path[depth];
  if (element === undefined) {
    rewriteObject(value);
  } else if (element.startsWith(typeConditionPrefix)) {
    const { __typename: type } = value;
    // An object without a type name is taken to meet the condition, because the fetch did not ask for the type.
    if (type === undefined || isOfType(schema, type, element.slice(typeConditionPrefix.length)))
      rewriteAt(value, path, depth + 1, schema, rewriteObject);
  } else {
    rewriteAt(getOwn(value, element), path, depth + 1, schema, rewriteObject);
  }
}
