// The client's answer out of what the subgraphs answered: the fields that were asked for, in their order, of the types that
// the graph promises. A function per object, made once; null where null is allowed, and where it is not, the parent is lost.
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLLeafType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../fragments.ts';
import { isJsonObject, type JsonObject, ownKeyReader, setOwn } from '../json-object.ts';
import { collectFields } from '../plan/selections.ts';

/** Notes what was not as the graph promises; the answer is null there. */
export type ReportProblem = (message: string, path: readonly (string | number)[]) => void;

/** Stands for null that has been noted already, on its way up to the next place where null is allowed. */
const lost = Symbol('lost');

interface Shaping {
  note: ReportProblem;
  path: (string | number)[];
}

type Complete = (value: unknown, shaping: Shaping) => unknown;

/** The data of an answer; null when a field of the root that may not be null is. */
export type ShapeResponse = (data: JsonObject, note: ReportProblem) => JsonObject | null;

/** The schema is the one that clients see. */
export function compileResponseShape(
  schema: GraphQLSchema,
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): ShapeResponse {
  const root = schema.getRootType(operation);
  if (!root) throw new Error(`the graph has no ${operation}`);
  const complete = new ShapeCompiler(schema, fragments).object(root, [selectionSet]);
  return (data, note) => {
    const shaped = complete(data, { note, path: [] });
    return shaped === lost ? null : (shaped as JsonObject);
  };
}

class ShapeCompiler {
  readonly #schema: GraphQLSchema;
  readonly #fragments: Fragments;

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  object(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Complete {
    const fields = [...collectFields(this.#schema, type, sets, this.#fragments)].map(([key, nodes]) =>
      this.#field(type, key, nodes),
    );
    return (value, shaping) => {
      if (!isJsonObject(value)) return noted(shaping, 'is no object');
      const answer: JsonObject = {};
      for (const field of fields) if (!field(value, answer, shaping)) return lost;
      return answer;
    };
  }

  /** Answers false when the object is lost with it. */
  #field(type: GraphQLCompositeType, key: string, nodes: readonly FieldNode[]) {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return typenameField(type, key);
    if (name === '__schema' || name === '__type') return asItIs(key);
    const definition = isObjectType(type) || 'getFields' in type ? type.getFields()[name] : undefined;
    if (definition === undefined) throw new Error(`${type.name} has no field ${name}`);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const isNonNull = isNonNullType(definition.type);
    const complete = this.#value(getNullableType(definition.type), sets);
    const read = ownKeyReader(key);
    const write = writerOf(key);
    return (value: JsonObject, answer: JsonObject, shaping: Shaping): boolean => {
      shaping.path.push(key);
      const found = read(value) ?? null;
      const completed = found === null ? null : complete(found, shaping);
      if (isNonNull && completed === null)
        shaping.note(`Cannot return null for non-nullable field ${type.name}.${key}.`, shaping.path);
      shaping.path.pop();
      if (isNonNull && (completed === null || completed === lost)) return false;
      write(answer, key, completed === lost ? null : completed);
      return true;
    };
  }

  /** Of a value that is not null. */
  #value(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    if (isListType(type)) return this.#list(type.ofType, sets);
    if (isLeafType(type)) return leaf(type);
    if (isAbstractType(type)) return this.#abstract(type, sets);
    if (isObjectType(type)) return this.object(type, sets);
    throw new Error('a value may not be null twice');
  }

  #list(item: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    const isNonNull = isNonNullType(item);
    const complete = this.#value(getNullableType(item), sets);
    return (value, shaping) => {
      if (!Array.isArray(value)) return noted(shaping, 'is no list');
      const answer: unknown[] = [];
      for (let index = 0; index < value.length; index += 1) {
        shaping.path.push(index);
        const found = value[index] ?? null;
        const completed = found === null ? null : complete(found, shaping);
        if (isNonNull && completed === null)
          shaping.note('Cannot return null for a non-nullable item of a list.', shaping.path);
        shaping.path.pop();
        if (isNonNull && (completed === null || completed === lost)) return lost;
        answer.push(completed === lost ? null : completed);
      }
      return answer;
    };
  }

  #abstract(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Complete {
    const byName = new Map<unknown, Complete>();
    return (value, shaping) => {
      if (!isJsonObject(value)) return noted(shaping, 'is no object');
      const name = value.__typename;
      let complete = byName.get(name);
      if (complete === undefined) {
        const runtime = name === undefined ? type : this.#schema.getType(String(name));
        if (
          runtime === undefined ||
          !('name' in runtime) ||
          !(isObjectType(runtime) || isAbstractType(runtime))
        )
          return noted(shaping, 'is of a type that the graph does not have');
        complete = this.object(runtime, sets);
        byName.set(name, complete);
      }
      return complete(value, shaping);
    };
  }
}

function writerOf(key: string): typeof setOwn {
  return key === '__proto__' ? setOwn : assign;
}

function assign(answer: JsonObject, key: string, value: unknown): void {
  answer[key] = value;
}

/** What is said of the schema needs no shape: see introspection.ts. */
function asItIs(key: string) {
  const read = ownKeyReader(key);
  const write = writerOf(key);
  return (value: JsonObject, answer: JsonObject): boolean => {
    write(answer, key, read(value) ?? null);
    return true;
  };
}

function typenameField(type: GraphQLCompositeType, key: string) {
  const write = writerOf(key);
  return (_value: JsonObject, answer: JsonObject, shaping: Shaping): boolean => {
    // Of an interface nothing more is known than that: no client may be told so.
    if (!isObjectType(type)) return noted(shaping, 'is of a type that nobody knows') !== lost;
    write(answer, key, type.name);
    return true;
  };
}

function noted({ note, path }: Shaping, problem: string): typeof lost {
  note(`A value ${problem}.`, path);
  return lost;
}

const isOfScalar: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: Number.isInteger,
  Float: Number.isFinite,
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
  Boolean: (value) => typeof value === 'boolean',
};

function leaf(type: GraphQLLeafType): Complete {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value, shaping) => (names.has(value) ? value : noted(shaping, `is no ${type.name}`));
  }
  const isValid = isSpecifiedScalarType(type) ? isOfScalar[type.name] : undefined;
  // What a scalar of somebody's own may be, only its subgraph knows.
  if (isValid === undefined) return (value) => value;
  return (value, shaping) => (isValid(value) ? value : noted(shaping, `is no ${type.name}`));
}
