// Checks the values of a subgraph's response against the supergraph: objects, lists and leaf values of the right types, and null
// only where it is allowed. The checks are built once for each operation that is sent. A value that does not fit is reported and
// replaced by null, so that the merge and the response shape see valid values only. checks/contract/response-shape.ts checks one
// response in a test and describes each problem; this check runs for each response, and must not pay for that.
import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionNode,
} from 'graphql';
import { ExactNumber } from '../../platform/values/exact-number.ts';
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';
import type { ResponsePath } from '../response/response-path.ts';
import { getLeafCheck, readExactNumber } from './leaf-values.ts';
import {
  collectSelectedFields,
  type FetchDocument,
  type SelectedField,
  type SelectedSet,
} from './selected-fields.ts';

export interface CheckState {
  path: (string | number)[];
  /** Called for each value that does not fit. The path changes after the call. */
  reportInvalid: (path: ResponsePath) => void;
}

/** Checks a value that is not null. Returns the value, or null in its place. */
type ValueCheck = (value: unknown, state: CheckState) => unknown;

export interface FieldCheck {
  key: string;
  isNonNull: boolean;
  /** False when a directive or a type condition may leave the field out. */
  isCertain: boolean;
  check: ValueCheck;
}

export class ObjectCheck {
  readonly #document: FetchDocument;
  readonly #sets: readonly SelectedSet[];
  /** Undefined for entities, which can have any type. */
  readonly #type: GraphQLNamedType | undefined;
  /** True when the fetch selects `__typename` of an abstract type: an object without it is invalid. */
  readonly #needsTypename: boolean;
  readonly #fieldChecks = new Map<string | undefined, readonly FieldCheck[]>();

  constructor(document: FetchDocument, sets: readonly SelectedSet[], type?: GraphQLNamedType) {
    this.#document = document;
    this.#sets = sets;
    this.#type = type;
    this.#needsTypename =
      isAbstractType(type) && sets.some(({ set }) => set.selections.some(isTypenameField));
  }

  /** `expectedType` is the type of an object without `__typename`. */
  check(value: unknown, state: CheckState, expectedType?: string): unknown {
    const typename = isJsonObject(value) ? getOwn(value, '__typename') : null;
    const type = typename ?? expectedType ?? this.#type?.name;
    if (
      !isJsonObject(value) ||
      !this.#isPossibleType(type) ||
      (typename === undefined && this.#needsTypename)
    ) {
      state.reportInvalid(state.path);
      return null;
    }
    for (const field of this.getFieldChecks(type)) checkField(field, value, state);
    return value;
  }

  getFieldChecks(type: string | undefined): readonly FieldCheck[] {
    let fields = this.#fieldChecks.get(type);
    if (fields === undefined) {
      fields = collectSelectedFields(this.#document, this.#sets, type).map((field) =>
        buildFieldCheck(this.#document, field),
      );
      this.#fieldChecks.set(type, fields);
    }
    return fields;
  }

  #isPossibleType(name: unknown): name is string | undefined {
    if (name === undefined) return true;
    const { schema } = this.#document;
    const type = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(type) && !isAbstractType(type)) return false;
    return this.#type === undefined || type === this.#type || isSubType(schema, this.#type, type);
  }
}

function isTypenameField(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && node.name.value === '__typename' && node.alias === undefined;
}

function isSubType(schema: GraphQLSchema, wider: GraphQLNamedType, type: GraphQLNamedType): boolean {
  return (
    isAbstractType(wider) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wider, type)
  );
}

function checkField(
  { key, isNonNull, isCertain, check }: FieldCheck,
  object: JsonObject,
  state: CheckState,
): void {
  const value = getOwn(object, key);
  if (value === undefined ? !isCertain : value === null && !isNonNull) return;
  state.path.push(key);
  if (value === undefined || value === null) {
    state.reportInvalid(state.path);
  } else {
    const checked = check(value, state);
    if (checked !== value) setOwn(object, key, checked);
  }
  state.path.pop();
}

function buildFieldCheck(document: FetchDocument, { key, type, isCertain, sets }: SelectedField): FieldCheck {
  return {
    key,
    isNonNull: isNonNullType(type),
    isCertain,
    check: buildValueCheck(document, getNullableType(type), sets),
  };
}

function buildValueCheck(
  document: FetchDocument,
  type: GraphQLOutputType,
  sets: readonly SelectedSet[],
): ValueCheck {
  if (isListType(type)) {
    const checkItem = buildValueCheck(document, getNullableType(type.ofType), sets);
    return buildListCheck(checkItem, isNonNullType(type.ofType));
  }
  const named = getNamedType(type);
  if (!isLeafType(named)) {
    const objectCheck = new ObjectCheck(document, sets, named);
    return (value, state) => objectCheck.check(value, state);
  }
  const isValid = getLeafCheck(named);
  return (given, state) => {
    const value = given instanceof ExactNumber ? readExactNumber(named, given) : given;
    if (isValid(value)) return value;
    state.reportInvalid(state.path);
    return null;
  };
}

function buildListCheck(checkItem: ValueCheck, isNonNull: boolean): ValueCheck {
  return (list, state) => {
    if (!Array.isArray(list)) {
      state.reportInvalid(state.path);
      return null;
    }
    for (let index = 0; index < list.length; index += 1) {
      const value = list[index];
      if (value === null && !isNonNull) continue;
      state.path.push(index);
      if (value === null || value === undefined) state.reportInvalid(state.path);
      const checked = value === null || value === undefined ? null : checkItem(value, state);
      if (checked !== value) list[index] = checked;
      state.path.pop();
    }
    return list;
  };
}
