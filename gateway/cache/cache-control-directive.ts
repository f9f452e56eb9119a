// @cacheControl, and other directives, as they stand in a supergraph's SDL.
import type { DirectiveNode, GraphQLField } from 'graphql';

/** What @cacheControl says where it stands. */
export interface Annotation {
  maxAge?: number;
  scope?: string;
  inheritMaxAge?: boolean;
}

/** Where it does not stand. */
export const silent: Annotation = Object.freeze({});

export function annotationOf(directives: readonly DirectiveNode[] | undefined): Annotation {
  const directive = directives?.find(isHint);
  return directive === undefined ? silent : argumentsOf(directive);
}

export function hasHint({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return astNode?.directives?.some(isHint) ?? false;
}

export function isHint({ name }: DirectiveNode): boolean {
  return name.value === 'cacheControl';
}

/** Those that are no lists, objects or null. */
export function argumentsOf({
  arguments: given = [],
}: DirectiveNode): Record<string, number | string | boolean> {
  const words: Record<string, number | string | boolean> = {};
  for (const { name, value } of given) {
    if (value.kind === 'IntValue') words[name.value] = Number(value.value);
    else if (value.kind === 'EnumValue' || value.kind === 'StringValue' || value.kind === 'BooleanValue')
      words[name.value] = value.value;
  }
  return words;
}
