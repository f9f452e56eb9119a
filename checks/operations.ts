// The registered operations with their sample variables. Clients send these operations, so every check uses them. Each file has
// one named operation; the samples of operations/buy.graphql are in operations/buy.variables.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { readTrustedDocuments } from '../gateway/trusted-documents/read-documents.ts';

export interface RegisteredOperation {
  name: string;
  /** The path from the current folder. */
  file: string;
  text: string;
  document: DocumentNode;
  /** Sample values; empty when there is no file of samples. */
  variables: Readonly<Record<string, unknown>>;
  /** Variables that are required, have no default and no sample. */
  missingVariables: readonly string[];
}

/** The folder of operations cannot be used. The message is one sentence that names the file and the remedy. */
export class OperationsError extends Error {
  override name = 'OperationsError';
}

/** Reads the operations in the order of their files. Throws OperationsError and TrustedDocumentsError. */
export function readOperations(folder: string): RegisteredOperation[] {
  const shown = formatPath(folder);
  if (!existsSync(folder)) {
    throw new OperationsError(
      `${shown} does not exist; it must hold the registered operations, a *.graphql file for each`,
    );
  }
  const files = readdirSync(folder).filter((file) => !file.endsWith('.variables.json'));
  if (!files.some((file) => /\.(?:graphql|json)$/.test(file))) return [];
  return readTrustedDocuments(folder).documents.map(({ file, name, text, document }) => {
    // A manifest lists the operations of a client, and has no samples.
    const variables = file.endsWith('.graphql')
      ? readVariables(file.replace(/\.graphql$/, '.variables.json'))
      : {};
    return {
      name,
      file: formatPath(file),
      text,
      document,
      variables,
      missingVariables: findMissingVariables(document, variables),
    };
  });
}

/** The one operation of a registered document. */
export function getOperation(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new OperationsError('The document has no operation');
  return found;
}

/** The first problem of the values of an operation's variables. */
export function findVariableProblem(
  schema: GraphQLSchema,
  document: DocumentNode,
  values: Readonly<Record<string, unknown>>,
): GraphQLError | undefined {
  const { errors = [] } = getVariableValues(schema, getOperation(document).variableDefinitions ?? [], values);
  return errors[0];
}

function readVariables(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new OperationsError(
      `${formatPath(file)} is not JSON: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OperationsError(`${formatPath(file)} must hold an object: a value for each variable`);
  return value as Record<string, unknown>;
}

function findMissingVariables(document: DocumentNode, samples: Record<string, unknown>): string[] {
  return (getOperation(document).variableDefinitions ?? [])
    .filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined)
    .map(({ variable }) => variable.name.value)
    .filter((name) => !Object.hasOwn(samples, name));
}

function formatPath(path: string): string {
  return relative(process.cwd(), path) || join('.');
}
