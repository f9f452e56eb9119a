// The registered operations with their sample variables: what clients send, and so what every check is made against.
// One named operation a file; operations/buy.graphql has its samples in operations/buy.variables.json.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import { readTrustedDocuments } from '../gateway/http/trusted-documents.ts';

export interface RegisteredOperation {
  name: string;
  /** As people find it, from where the command runs. */
  file: string;
  text: string;
  document: DocumentNode;
  /** Sample values; empty where there is no file of them. */
  variables: Readonly<Record<string, unknown>>;
  /** Declared without a default, never null, and without a sample. */
  missingVariables: readonly string[];
}

/** Something about the folder cannot be used: one sentence that names the file and the remedy. */
export class OperationsError extends Error {
  override name = 'OperationsError';
}

/** In the order of their files. Throws OperationsError, TrustedDocumentsError. */
export function readOperations(folder: string): RegisteredOperation[] {
  const shown = shownPath(folder);
  if (!existsSync(folder)) {
    throw new OperationsError(
      `${shown} does not exist; it holds the registered operations, a file *.graphql each`,
    );
  }
  if (!readdirSync(folder).some((file) => file.endsWith('.graphql'))) return [];
  return readTrustedDocuments(folder).documents.map(({ file, name, text, document }) => {
    const variables = readVariables(file.replace(/\.graphql$/, '.variables.json'));
    return {
      name,
      file: shownPath(file),
      text,
      document,
      variables,
      missingVariables: missingVariables(document, variables),
    };
  });
}

/** The one operation of a registered document. */
export function operationOf(document: DocumentNode): OperationDefinitionNode {
  const found = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (found?.kind !== Kind.OPERATION_DEFINITION) throw new OperationsError('a document without an operation');
  return found;
}

function readVariables(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new OperationsError(
      `${shownPath(file)} is no JSON: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OperationsError(`${shownPath(file)} must hold an object: a value for each variable`);
  return value as Record<string, unknown>;
}

function missingVariables(document: DocumentNode, samples: Record<string, unknown>): string[] {
  return (operationOf(document).variableDefinitions ?? [])
    .filter(({ type, defaultValue }) => type.kind === Kind.NON_NULL_TYPE && defaultValue === undefined)
    .map(({ variable }) => variable.name.value)
    .filter((name) => !Object.hasOwn(samples, name));
}

function shownPath(path: string): string {
  return relative(process.cwd(), path) || join('.');
}
