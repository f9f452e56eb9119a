// Fields: a resolver is called as graphql-js calls it. A field without one reads a property, which is most of them, and is
// done there when what it finds needs no conversion.
import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
} from 'graphql';
import { argumentsOf } from './arguments.ts';
import type { Complete, Execute } from './complete-value.ts';
import type { Path } from './execution-state.ts';
import { type InfoParts, infoOf } from './info.ts';
import { isPlain, type PlainKind } from './leaf.ts';

export interface FieldParts extends InfoParts {
  /** In the answer. */
  key: string;
  nodes: readonly [FieldNode, ...FieldNode[]];
  isNonNull: boolean;
  /** Completes what the resolver returned, in its place. */
  place: Complete;
  /** Whether that asks types for their names. */
  needsInfo: boolean;
  plainKind: PlainKind;
}

type Resolver = GraphQLFieldResolver<unknown, unknown>;

export function fieldOf(parts: FieldParts): Execute {
  const { resolve } = parts.definition;
  return resolve === undefined || resolve === defaultFieldResolver
    ? property(parts)
    : resolved(parts, resolve);
}

function resolved(parts: FieldParts, resolve: Resolver): Execute {
  const { key, nodes, place, isNonNull } = parts;
  const typename = parts.parentType.name;
  const args = argumentsOf(parts.definition, nodes[0]);
  return (run, source, parent) => {
    const path = { prev: parent, key, typename };
    const info = infoOf(parts, run, path);
    let value: unknown;
    try {
      value = resolve(source, args(run), run.context, info);
    } catch (cause) {
      return run.failed(cause, nodes, path, isNonNull);
    }
    return place(run, value, path, info);
  };
}

function property(parts: FieldParts): Execute {
  const { key, definition, nodes, place, isNonNull, needsInfo, plainKind } = parts;
  const { name } = definition;
  const typename = parts.parentType.name;
  const args = definition.args.length === 0 ? undefined : argumentsOf(definition, nodes[0]);
  return (run, source, parent) => {
    let value: unknown;
    let path: Path | undefined;
    let info: GraphQLResolveInfo | undefined;
    try {
      // Wrong arguments fail the field even where nobody takes them.
      const given = args?.(run);
      value = propertyOf(source, name);
      if (isPlain(plainKind, value)) return value;
      path = { prev: parent, key, typename };
      const isMethod = typeof value === 'function';
      if (needsInfo || isMethod) info = infoOf(parts, run, path);
      if (isMethod) value = (source as Record<string, Method>)[name]?.(given ?? {}, run.context, info);
    } catch (cause) {
      path ??= { prev: parent, key, typename };
      return run.failed(cause, nodes, path, isNonNull);
    }
    return place(run, value, path, info);
  };
}

type Method = (args: unknown, context: unknown, info: unknown) => unknown;

function propertyOf(source: unknown, name: string): unknown {
  const hasProperties = (typeof source === 'object' && source !== null) || typeof source === 'function';
  return hasProperties ? (source as Record<string, unknown>)[name] : undefined;
}
