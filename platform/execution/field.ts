// Builds the function that executes one field. It calls the resolver as graphql-js does. Most fields have no resolver and read a
// property; a property value that needs no conversion is returned without a path or an info.
import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
} from 'graphql';
import { buildArgumentReader } from './arguments.ts';
import type { CompleteValue, ExecuteField } from './complete-value.ts';
import type { InfoPath } from './execution-state.ts';
import { createInfo, type InfoParts } from './info.ts';
import { isPlain, type PlainKind } from './leaf.ts';

export interface FieldParts extends InfoParts {
  /** The response key: the alias or the name. */
  key: string;
  nodes: readonly [FieldNode, ...FieldNode[]];
  isNonNull: boolean;
  /** Completes the result of the resolver. */
  complete: CompleteValue;
  /** True when completion asks a function of the schema for the type of a value. */
  needsInfo: boolean;
  plainKind: PlainKind;
  onMissingProperty?: OnMissingProperty | undefined;
}

/** Receives a field without a resolver whose object has no property of its name, each time that it is executed. */
export type OnMissingProperty = (typeName: string, field: GraphQLField<unknown, unknown>) => void;

type Resolver = GraphQLFieldResolver<unknown, unknown>;

export function buildField(parts: FieldParts): ExecuteField {
  const { resolve } = parts.definition;
  return resolve === undefined || resolve === defaultFieldResolver
    ? buildPropertyField(parts)
    : buildResolverField(parts, resolve);
}

function buildResolverField(parts: FieldParts, resolve: Resolver): ExecuteField {
  const { key, nodes, complete, isNonNull } = parts;
  const typename = parts.parentType.name;
  const readArguments = buildArgumentReader(parts.definition, nodes[0]);
  return (state, source, parentPath) => {
    const path = { prev: parentPath, key, typename };
    const info = createInfo(parts, state, path);
    let value: unknown;
    try {
      value = resolve(source, readArguments(state), state.context, info);
    } catch (cause) {
      return state.handleFieldError(cause, nodes, path, isNonNull);
    }
    return complete(state, value, path, info);
  };
}

function buildPropertyField(parts: FieldParts): ExecuteField {
  const { key, definition, nodes, complete, isNonNull, needsInfo, plainKind, onMissingProperty } = parts;
  const { name } = definition;
  const typename = parts.parentType.name;
  const readArguments = definition.args.length === 0 ? undefined : buildArgumentReader(definition, nodes[0]);
  return (state, source, parentPath) => {
    let value: unknown;
    let path: InfoPath | undefined;
    let info: GraphQLResolveInfo | undefined;
    try {
      // Invalid arguments fail the field, also when the property is no function and reads none.
      const argumentValues = readArguments?.(state);
      value = readProperty(source, name);
      if (isPlain(plainKind, value)) return value;
      if (value === undefined && lacksProperty(source, name)) onMissingProperty?.(typename, definition);
      path = { prev: parentPath, key, typename };
      const isMethod = typeof value === 'function';
      if (needsInfo || isMethod) info = createInfo(parts, state, path);
      if (isMethod)
        value = (source as Record<string, Method>)[name]?.(argumentValues ?? {}, state.context, info);
    } catch (cause) {
      path ??= { prev: parentPath, key, typename };
      return state.handleFieldError(cause, nodes, path, isNonNull);
    }
    return complete(state, value, path, info);
  };
}

type Method = (args: unknown, context: unknown, info: unknown) => unknown;

/** A property that is there and undefined is meant to be null. */
function lacksProperty(source: unknown, name: string): boolean {
  return typeof source === 'object' && source !== null && !(name in source);
}

function readProperty(source: unknown, name: string): unknown {
  const hasProperties = (typeof source === 'object' && source !== null) || typeof source === 'function';
  return hasProperties ? (source as Record<string, unknown>)[name] : undefined;
}
