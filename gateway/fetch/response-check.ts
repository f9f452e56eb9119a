// Checks the response of a subgraph before the gateway merges it: data is an object, each representation has an entity or null,
// and errors have their form. Each value that does not fit becomes null with exactly one error: the subgraph's own, or one at a
// path that this check reports.
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { ResponseError, SubgraphResponse } from '../../platform/calls/call.ts';
import { getOwn, isJsonObject, type JsonObject } from '../json-object.ts';
import type { ResponsePath } from '../response/response-path.ts';
import {
  collectSelectedFields,
  type FetchDocument,
  readFetchDocument,
  type SelectedSet,
} from './selected-fields.ts';
import { type CheckState, ObjectCheck } from './value-check.ts';

export interface CheckedResponse {
  data: JsonObject | null;
  errors: readonly ResponseError[];
  /** Where a value does not fit, and no error of the subgraph explains it. */
  invalidPaths: readonly ResponsePath[];
  /** True when no data can be used, and no error explains it. */
  isUnusable: boolean;
}

export interface ResponseCheck {
  check: (response: SubgraphResponse, variables: JsonObject, isRequired: IsEntityRequired) => CheckedResponse;
  /** The path of each entity that the fetch asks for, or of each root field. */
  getExpectedPaths: (variables: JsonObject) => ResponsePath[];
}

/** Called for an entity that is null, with its keys that may not be null: whether the client requires the entity. */
export type IsEntityRequired = (requiredKeys: readonly string[]) => boolean;

/** Errors after this many in one response are dropped. */
const maxErrors = 10_000;

/** Undefined for a document without an operation, and for a root type that the supergraph does not have. */
export function buildResponseCheck(schema: GraphQLSchema, document: DocumentNode): ResponseCheck | undefined {
  const fetch = readFetchDocument(schema, document);
  const root = fetch && schema.getRootType(fetch.operation.operation);
  if (!fetch || !root) return undefined;
  const entitySets = findEntitySets(fetch);
  if (entitySets !== undefined) return buildEntityCheck(fetch, entitySets);
  const sets = [{ set: fetch.operation.selectionSet, isCertain: true }];
  const rootCheck = new ObjectCheck(fetch, sets, root);
  return {
    check: (response, _variables, _isRequired) =>
      checkWith(response, (data, state) => rootCheck.check(data, state) !== null),
    getExpectedPaths: (variables) =>
      collectSelectedFields(fetch, sets, root.name, variables).map(({ key }) => [key]),
  };
}

/** The selections of `_entities`, a field that each subgraph has and the supergraph has not. */
function findEntitySets({ operation }: FetchDocument): readonly SelectedSet[] | undefined {
  const [field, ...others] = operation.selectionSet.selections;
  const isEntities = field?.kind === 'Field' && field.name.value === '_entities' && others.length === 0;
  return isEntities && field.selectionSet !== undefined
    ? [{ set: field.selectionSet, isCertain: true }]
    : undefined;
}

function buildEntityCheck(fetch: FetchDocument, entitySets: readonly SelectedSet[]): ResponseCheck {
  const entityCheck = new ObjectCheck(fetch, entitySets);
  return {
    check: (response, variables, isRequired) =>
      checkWith(response, (data, state) => {
        const representations = getRepresentations(variables);
        const entities = getOwn(data, '_entities');
        if (!Array.isArray(entities) || entities.length !== representations.length) return false;
        for (const [index, entity] of entities.entries()) {
          const path = ['_entities', index];
          const type = getTypename(representations[index]);
          if (entity !== null) entities[index] = entityCheck.check(entity, { ...state, path }, type);
          // Null means that the entity does not exist, or that the viewer may not see it. That is valid unless it is required.
          else if (isRequired(getRequiredKeys(entityCheck, type))) state.reportInvalid(path);
        }
        return true;
      }),
    getExpectedPaths: (variables) =>
      getRepresentations(variables).map((representation, index) => {
        const fields = collectSelectedFields(fetch, entitySets, getTypename(representation), variables);
        const [field] = fields;
        return ['_entities', index, ...(field !== undefined && fields.length === 1 ? [field.key] : [])];
      }),
  };
}

function getRequiredKeys(entityCheck: ObjectCheck, type: string | undefined): string[] {
  return entityCheck
    .getFieldChecks(type)
    .flatMap(({ key, isNonNull, isCertain }) => (isNonNull && isCertain ? [key] : []));
}

function getRepresentations(variables: JsonObject): readonly unknown[] {
  return Array.isArray(variables.representations) ? variables.representations : [];
}

function getTypename(representation: unknown): string | undefined {
  const type = isJsonObject(representation) ? getOwn(representation, '__typename') : undefined;
  return typeof type === 'string' ? type : undefined;
}

/** `checkData` returns false when no data can be used. */
function checkWith(
  response: SubgraphResponse,
  checkData: (data: JsonObject, state: CheckState) => boolean,
): CheckedResponse {
  const errors = readErrors(response.errors);
  const invalidPaths: ResponsePath[] = [];
  const isExplained = createExplanationCheck(errors);
  const state: CheckState = {
    path: [],
    reportInvalid: (path) => {
      if (!isExplained(path)) invalidPaths.push([...path]);
    },
  };
  if (isJsonObject(response.data) && checkData(response.data, state))
    return { data: response.data, errors, invalidPaths, isUnusable: false };
  return { data: null, errors, invalidPaths: [], isUnusable: errors.length === 0 };
}

/** Errors in their form. A message, path or extensions of another form are dropped, and nothing else of the error. */
function readErrors(errors: unknown): ResponseError[] {
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) return [{ message: '' }];
  return errors.slice(0, maxErrors).map((error: unknown): ResponseError => {
    const { message, path, extensions } = isJsonObject(error) ? error : {};
    return {
      message: typeof message === 'string' ? message : '',
      ...(isPath(path) ? { path } : {}),
      ...(isJsonObject(extensions) ? { extensions } : {}),
    };
  });
}

function isPath(path: unknown): path is ResponsePath {
  return Array.isArray(path) && path.every((key) => typeof key === 'string' || Number.isInteger(key));
}

/** Whether an error explains a null at a path: its own path is the same, above or below, or it has no path. */
function createExplanationCheck(errors: readonly ResponseError[]): (path: ResponsePath) => boolean {
  if (errors.length === 0) return () => false;
  if (errors.some(({ path }) => path === undefined)) return () => true;
  let errorPaths: Set<string> | undefined;
  const pathsAboveErrors = new Set<string>();
  return (path) => {
    if (errorPaths === undefined) {
      errorPaths = new Set(errors.map((error) => JSON.stringify(error.path ?? [])));
      for (const error of errors) addPathsAbove(pathsAboveErrors, error.path ?? []);
    }
    if (pathsAboveErrors.has(JSON.stringify(path))) return true;
    for (let length = 0; length <= path.length; length += 1)
      if (errorPaths.has(JSON.stringify(path.slice(0, length)))) return true;
    return false;
  };
}

function addPathsAbove(paths: Set<string>, path: ResponsePath): void {
  for (let length = 0; length < path.length; length += 1) paths.add(JSON.stringify(path.slice(0, length)));
}
