// Compiles the response shape of an operation: functions, one for each selection set, that complete the values which the fetches
// collected. The response has the selected fields in their order. A value that does not fit the schema becomes null, and where
// null is not allowed, the object around it becomes null.
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { findTypeCheck } from '../fetch/leaf-values.ts';
import type { Fragments } from '../fragments.ts';
import { createKeyReader, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';
import { collectFields } from '../plan/selections.ts';
import type { ResponsePath } from '../response/response-path.ts';

/**
 * Called for each value that does not fit the schema. The path changes after the call. A message about a missing value begins
 * with "Cannot return null", by which gateway/response/finalize-response.ts recognizes it.
 */
export type ReportProblem = (message: string, path: ResponsePath) => void;

/** A null that was reported already, and that the objects around it take over until one of them may be null. */
const propagatedNull = Symbol('propagated null');

/** The state of one completion: the path of the current value, and the listener. */
interface Completion {
  report: ReportProblem;
  path: (string | number)[];
}

/** Completes a value that is not null. */
type CompleteValue = (value: unknown, completion: Completion) => unknown;

/** Writes one field of an object into its response object. Returns false when the object becomes null. */
type CompleteField = (object: JsonObject, response: JsonObject, completion: Completion) => boolean;

/** Returns the data of the response, or null when a root field is null that may not be null. */
export type ShapeResponse = (data: JsonObject, report: ReportProblem) => JsonObject | null;

/** The schema is the one that clients see. */
export function compileResponseShape(
  schema: GraphQLSchema,
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): ShapeResponse {
  const root = schema.getRootType(operation);
  if (!root) throw new Error(`the schema has no type for a ${operation}`);
  const complete = new ShapeCompiler(schema, fragments).compileObject(root, [selectionSet]);
  return (data, report) => {
    const completed = complete(data, { report, path: [] });
    return completed === propagatedNull ? null : (completed as JsonObject);
  };
}

class ShapeCompiler {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  compileObject(type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    const fields = [...collectFields(this.#schema, type, selectionSets, this.#fragments)].map(
      ([key, nodes]) => this.#compileField(type, key, nodes),
    );
    return (value, completion) => {
      if (!isJsonObject(value)) return rejectValue(completion, 'is not an object');
      const response: JsonObject = {};
      for (const completeField of fields)
        if (!completeField(value, response, completion)) return propagatedNull;
      return response;
    };
  }

  #compileField(type: GraphQLCompositeType, key: string, nodes: readonly FieldNode[]): CompleteField {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return compileTypenameField(type, key);
    if (name === '__schema' || name === '__type') return compileIntrospectionField(key);
    const definition = isObjectType(type) || 'getFields' in type ? type.getFields()[name] : undefined;
    if (definition === undefined) throw new Error(`${type.name} has no field ${name}`);
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const isNonNull = isNonNullType(definition.type);
    const complete = this.#compileValue(getNullableType(definition.type), selectionSets);
    const read = createKeyReader(key);
    const write = getKeyWriter(key);
    return (object, response, completion) => {
      completion.path.push(key);
      const value = read(object) ?? null;
      const completed = value === null ? null : complete(value, completion);
      if (isNonNull && completed === null)
        completion.report(`Cannot return null for non-nullable field ${type.name}.${key}.`, completion.path);
      completion.path.pop();
      if (isNonNull && (completed === null || completed === propagatedNull)) return false;
      write(response, key, completed === propagatedNull ? null : completed);
      return true;
    };
  }

  #compileValue(type: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    if (isListType(type)) return this.#compileList(type.ofType, selectionSets);
    if (isLeafType(type)) return compileLeaf(type);
    if (isAbstractType(type)) return this.#compileAbstract(type, selectionSets);
    if (isObjectType(type)) return this.compileObject(type, selectionSets);
    throw new Error(`${type} is not a nullable type`);
  }

  #compileList(itemType: GraphQLOutputType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    const isNonNull = isNonNullType(itemType);
    const complete = this.#compileValue(getNullableType(itemType), selectionSets);
    return (list, completion) => {
      if (!Array.isArray(list)) return rejectValue(completion, 'is not a list');
      const response: unknown[] = [];
      for (let index = 0; index < list.length; index += 1) {
        completion.path.push(index);
        const value = list[index] ?? null;
        const completed = value === null ? null : complete(value, completion);
        if (isNonNull && completed === null)
          completion.report('Cannot return null for a non-nullable item of a list.', completion.path);
        completion.path.pop();
        if (isNonNull && (completed === null || completed === propagatedNull)) return propagatedNull;
        response.push(completed === propagatedNull ? null : completed);
      }
      return response;
    };
  }

  #compileAbstract(type: GraphQLCompositeType, selectionSets: readonly SelectionSetNode[]): CompleteValue {
    const completeByType = new Map<unknown, CompleteValue>();
    return (value, completion) => {
      if (!isJsonObject(value)) return rejectValue(completion, 'is not an object');
      const name = value.__typename;
      let complete = completeByType.get(name);
      if (complete === undefined) {
        const runtimeType = name === undefined ? type : this.#schema.getType(String(name));
        if (!isObjectOrAbstract(runtimeType))
          return rejectValue(completion, 'has a type that the schema does not have');
        complete = this.compileObject(runtimeType, selectionSets);
        completeByType.set(name, complete);
      }
      return complete(value, completion);
    };
  }
}

function isObjectOrAbstract(type: GraphQLNamedType | undefined): type is GraphQLCompositeType {
  return isObjectType(type) || isAbstractType(type);
}

function getKeyWriter(key: string): typeof setOwn {
  return key === '__proto__' ? setOwn : assign;
}

function assign(object: JsonObject, key: string, value: unknown): void {
  object[key] = value;
}

/** graphql-js completed the value already (introspection.ts). */
function compileIntrospectionField(key: string): CompleteField {
  const read = createKeyReader(key);
  const write = getKeyWriter(key);
  return (object, response) => {
    write(response, key, read(object) ?? null);
    return true;
  };
}

function compileTypenameField(type: GraphQLCompositeType, key: string): CompleteField {
  const write = getKeyWriter(key);
  return (_object, response, completion) => {
    // The name of an interface is never a valid `__typename`: without the object type, the whole object becomes null.
    if (!isObjectType(type)) {
      rejectValue(completion, 'has an unknown object type');
      return false;
    }
    write(response, key, type.name);
    return true;
  };
}

function rejectValue({ report, path }: Completion, problem: string): typeof propagatedNull {
  report(`A value ${problem}.`, path);
  return propagatedNull;
}

function compileLeaf(type: GraphQLLeafType): CompleteValue {
  const isValid = findTypeCheck(type);
  if (isValid === undefined) return (value) => value;
  return (value, completion) =>
    isValid(value) ? value : rejectValue(completion, `is not a valid ${type.name}`);
}
