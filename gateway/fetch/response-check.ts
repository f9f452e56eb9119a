// Whether an answer fits what was asked, before anything of it is merged: an object of data, an entity or null for each that
// was asked for, errors in their form. Says what was lost where it does not, so that every null that nobody meant comes with
// an error, and with one only.
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { getOwn, isJsonObject, type JsonObject } from '../json-object.ts';
import { collectSelectedFields, type FetchDocument, readFetchDocument } from './selected-fields.ts';
import { type CheckState, ObjectCheck } from './value-check.ts';

export type Path = readonly (string | number)[];

export interface CheckedResponse {
  data: JsonObject | null;
  errors: readonly ResponseError[];
  /** Where something was not as it must be, and the answer has no error about it. */
  faults: readonly Path[];
  /** Nothing of the answer can be used, and it does not say why. */
  isLost: boolean;
}

export interface ResponseCheck {
  check: (answer: SubgraphResponse, variables: JsonObject, isMissed: IsEntityRequired) => CheckedResponse;
  /** The places of what this operation asks for: each entity, or each field of the root. */
  places: (variables: JsonObject) => Path[];
}

/** Asked where an entity is null: whether null may not be there, given the keys that may not be null in it. */
export type IsEntityRequired = (required: readonly string[]) => boolean;

/** More errors than that in one answer tell nobody anything. */
const mostErrors = 10_000;

/** Undefined for a document without an operation, or of a root type that the graph does not have. */
export function buildResponseCheck(schema: GraphQLSchema, document: DocumentNode): ResponseCheck | undefined {
  const fetched = readFetchDocument(schema, document);
  const root = fetched && schema.getRootType(fetched.operation.operation);
  if (!fetched || !root) return undefined;
  const sets = [{ set: fetched.operation.selectionSet, isCertain: true }];
  const entities = entitySet(fetched);
  if (entities !== undefined) return entityCheck(fetched, new ObjectCheck(fetched, entities));
  const shape = new ObjectCheck(fetched, sets, root);
  return {
    check: (answer, _variables, _isMissed) =>
      checked(answer, (data, checking) => shape.check(data, checking) !== null),
    places: (variables) => collectSelectedFields(fetched, sets, root.name, variables).map(({ key }) => [key]),
  };
}

/** What is selected of `_entities`, which is in every subgraph and in no supergraph. */
function entitySet({ operation }: FetchDocument) {
  const [field, ...others] = operation.selectionSet.selections;
  const isEntities = field?.kind === 'Field' && field.name.value === '_entities' && others.length === 0;
  return isEntities && field.selectionSet !== undefined
    ? [{ set: field.selectionSet, isCertain: true }]
    : undefined;
}

function entityCheck(fetched: FetchDocument, shape: ObjectCheck): ResponseCheck {
  return {
    check: (answer, variables, isMissed) =>
      checked(answer, (data, checking) => {
        const asked = representationsOf(variables);
        const entities = getOwn(data, '_entities');
        if (!Array.isArray(entities) || entities.length !== asked.length) return false;
        for (const [index, entity] of entities.entries()) {
          const path = ['_entities', index];
          const type = typeOf(asked[index]);
          if (entity !== null) entities[index] = shape.check(entity, { ...checking, path }, type);
          // Not found, or not the viewer's: null, unless the graph promises that there is one.
          else if (isMissed(requiredOf(shape, type))) checking.fault(path);
        }
        return true;
      }),
    places: (variables) =>
      representationsOf(variables).map((representation, index) => {
        const sets = entitySet(fetched) ?? [];
        const keys = collectSelectedFields(fetched, sets, typeOf(representation), variables).map(
          ({ key }) => key,
        );
        return ['_entities', index, ...(keys.length === 1 ? keys : [])];
      }),
  };
}

function requiredOf(shape: ObjectCheck, type: string | undefined): string[] {
  return shape
    .fieldsOf(type)
    .flatMap(({ key, isNonNull, isCertain }) => (isNonNull && isCertain ? [key] : []));
}

function representationsOf(variables: JsonObject): readonly unknown[] {
  return Array.isArray(variables.representations) ? variables.representations : [];
}

function typeOf(representation: unknown): string | undefined {
  const type = isJsonObject(representation) ? getOwn(representation, '__typename') : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** `fits` answers false when nothing of the data can be used. */
function checked(
  answer: SubgraphResponse,
  fits: (data: JsonObject, checking: CheckState) => boolean,
): CheckedResponse {
  const errors = errorsOf(answer.errors);
  const faults: Path[] = [];
  const isExplained = explainedBy(errors);
  const checking: CheckState = {
    path: [],
    fault: (path) => {
      if (!isExplained(path)) faults.push([...path]);
    },
  };
  if (isJsonObject(answer.data) && fits(answer.data, checking))
    return { data: answer.data, errors, faults, isLost: false };
  return { data: null, errors, faults: [], isLost: errors.length === 0 };
}

/** Errors as they should be; what is none, or has a path that is none, loses just that. */
function errorsOf(errors: unknown): ResponseError[] {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) return [{ message: '' }];
  return errors.slice(0, mostErrors).map((error: unknown): ResponseError => {
    const { message, path, extensions } = isJsonObject(error) ? error : {};
    return {
      message: typeof message === 'string' ? message : '',
      ...(isPath(path) ? { path } : {}),
      ...(isJsonObject(extensions) ? { extensions } : {}),
    };
  });
}

function isPath(path: unknown): path is Path {
  return Array.isArray(path) && path.every((key) => typeof key === 'string' || Number.isInteger(key));
}

/** Whether an error is about a place: it stands there, above it or below it, or says of no place that it is its own. */
function explainedBy(errors: readonly ResponseError[]): (place: Path) => boolean {
  if (errors.length === 0) return () => false;
  if (errors.some(({ path }) => path === undefined)) return () => true;
  let ends: Set<string> | undefined;
  const above = new Set<string>();
  return (place) => {
    if (ends === undefined) {
      ends = new Set(errors.map(({ path = [] }) => JSON.stringify(path)));
      for (const { path = [] } of errors)
        for (let length = 0; length < path.length; length += 1)
          above.add(JSON.stringify(path.slice(0, length)));
    }
    if (above.has(JSON.stringify(place))) return true;
    for (let length = 0; length <= place.length; length += 1)
      if (ends.has(JSON.stringify(place.slice(0, length)))) return true;
    return false;
  };
}
