// What a subgraph must answer to a selection: objects where objects are asked for, lists where lists, values of the types that
// the graph promises, null only where it may be. Made once for each operation that is sent. What does not fit is noted, and
// null is put in its place, so that whoever merges and shapes the answer afterwards meets nothing unexpected.
// checks/contract/response-shape.ts asks the same of one response in a test, in words and without tolerance. It shares
// leaf-values.ts and the fragments; this check runs for every response and must not pay for reports.
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
import { getOwn, isJsonObject, type JsonObject, setOwn } from '../json-object.ts';
import { getLeafCheck } from './leaf-values.ts';
import {
  collectSelectedFields,
  type FetchDocument,
  type SelectedField,
  type SelectedSet,
} from './selected-fields.ts';

export interface CheckState {
  path: (string | number)[];
  /** Called where something does not fit; the path goes on changing afterwards. */
  fault: (path: readonly (string | number)[]) => void;
}

/** What to keep of a value that is not null: the value itself, or null. */
type Check = (value: unknown, checking: CheckState) => unknown;

export interface FieldCheck {
  key: string;
  isNonNull: boolean;
  /** False when a @skip or @include decides. */
  isCertain: boolean;
  check: Check;
}

export class ObjectCheck {
  readonly #document: FetchDocument;
  readonly #sets: readonly SelectedSet[];
  /** Undefined for entities, which may be of any type. */
  readonly #type: GraphQLNamedType | undefined;
  /** Whether an object that does not say its type is of none. */
  readonly #mustTell: boolean;
  readonly #fieldsOf = new Map<string | undefined, readonly FieldCheck[]>();

  constructor(document: FetchDocument, sets: readonly SelectedSet[], type?: GraphQLNamedType) {
    this.#document = document;
    this.#sets = sets;
    this.#type = type;
    this.#mustTell = isAbstractType(type) && sets.some(({ set }) => set.selections.some(isTypename));
  }

  /** `presumed`: the type of an object that does not say it. */
  check(value: unknown, checking: CheckState, presumed?: string): unknown {
    const told = isJsonObject(value) ? getOwn(value, '__typename') : null;
    const type = told ?? presumed ?? this.#type?.name;
    if (!isJsonObject(value) || !this.#mayBe(type) || (told === undefined && this.#mustTell)) {
      checking.fault(checking.path);
      return null;
    }
    for (const field of this.fieldsOf(type)) checkField(field, value, checking);
    return value;
  }

  fieldsOf(type: string | undefined): readonly FieldCheck[] {
    let fields = this.#fieldsOf.get(type);
    if (fields === undefined) {
      fields = collectSelectedFields(this.#document, this.#sets, type).map((field) =>
        shapeOf(this.#document, field),
      );
      this.#fieldsOf.set(type, fields);
    }
    return fields;
  }

  #mayBe(name: unknown): name is string | undefined {
    if (name === undefined) return true;
    const { schema } = this.#document;
    const type = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(type) && !isAbstractType(type)) return false;
    return this.#type === undefined || type === this.#type || isSubType(schema, this.#type, type);
  }
}

function isTypename(node: SelectionNode): boolean {
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
  checking: CheckState,
): void {
  const value = getOwn(object, key);
  if (value === undefined ? !isCertain : value === null && !isNonNull) return;
  checking.path.push(key);
  if (value === undefined || value === null) {
    checking.fault(checking.path);
  } else {
    const kept = check(value, checking);
    if (kept !== value) setOwn(object, key, kept);
  }
  checking.path.pop();
}

function shapeOf(document: FetchDocument, { key, type, isCertain, sets }: SelectedField): FieldCheck {
  return {
    key,
    isNonNull: isNonNullType(type),
    isCertain,
    check: checkOf(document, getNullableType(type), sets),
  };
}

function checkOf(document: FetchDocument, type: GraphQLOutputType, sets: readonly SelectedSet[]): Check {
  if (isListType(type)) {
    const item = checkOf(document, getNullableType(type.ofType), sets);
    return listOf(item, isNonNullType(type.ofType));
  }
  const named = getNamedType(type);
  if (!isLeafType(named)) {
    const shape = new ObjectCheck(document, sets, named);
    return (value, checking) => shape.check(value, checking);
  }
  const isValid = getLeafCheck(named);
  return (value, checking) => {
    if (isValid(value)) return value;
    checking.fault(checking.path);
    return null;
  };
}

function listOf(check: Check, isNonNull: boolean): Check {
  return (list, checking) => {
    if (!Array.isArray(list)) {
      checking.fault(checking.path);
      return null;
    }
    for (let index = 0; index < list.length; index += 1) {
      const value = list[index];
      if (value === null && !isNonNull) continue;
      checking.path.push(index);
      if (value === null || value === undefined) checking.fault(checking.path);
      const kept = value === null || value === undefined ? null : check(value, checking);
      if (kept !== value) list[index] = kept;
      checking.path.pop();
    }
    return list;
  };
}
