// Reads @cacheControl, and scalar arguments of other directives, from the AST of a supergraph's SDL.
import type { DirectiveNode, GraphQLField } from 'graphql';

/** The arguments of one @cacheControl. */
export interface CacheControl {
  maxAge?: number;
  scope?: string;
  inheritMaxAge?: boolean;
}

/** Stands for a place without @cacheControl; compare with `===`. */
export const noCacheControl: CacheControl = Object.freeze({});

export function parseCacheControl(directives: readonly DirectiveNode[] | undefined): CacheControl {
  const directive = directives?.find(isCacheControl);
  return directive === undefined ? noCacheControl : parseScalarArguments(directive);
}

export function hasHint({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return astNode?.directives?.some(isCacheControl) ?? false;
}

export function isCacheControl({ name }: DirectiveNode): boolean {
  return name.value === 'cacheControl';
}

/** Leaves out lists, objects and null. */
export function parseScalarArguments({
  arguments: nodes = [],
}: DirectiveNode): Record<string, number | string | boolean> {
  const values: Record<string, number | string | boolean> = {};
  for (const { name, value } of nodes) {
    if (value.kind === 'IntValue') values[name.value] = Number(value.value);
    else if (value.kind === 'EnumValue' || value.kind === 'StringValue' || value.kind === 'BooleanValue')
      values[name.value] = value.value;
  }
  return values;
}
