// Reads the documents that an operator trusts, from the folders and files of OPERATIONS_DIR. All problems are sentences that name the file.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import type { Environment } from '../../platform/process/environment.ts';
import { EnvironmentError } from '../../platform/process/variables.ts';
import { type GatewaySettings, readGatewaySettings } from '../settings/settings.ts';
import { readManifest } from './manifests.ts';
import {
  describeError,
  maxTokens,
  type TrustedDocument,
  TrustedDocuments,
  TrustedDocumentsError,
} from './trusted-documents.ts';

/**
 * The settings of the gateway, with the trusted documents read once. Throws EnvironmentError, so that a command can report their
 * problems together with all others, before it starts anything.
 */
export function readCheckedSettings(environment: Environment): GatewaySettings {
  const settings = readGatewaySettings(environment);
  try {
    if (settings.TRUSTED_DOCUMENTS) readTrustedDocuments(settings.OPERATIONS_DIR);
  } catch (cause) {
    if (!(cause instanceof TrustedDocumentsError)) throw cause;
    throw new EnvironmentError([cause.message]);
  }
  return settings;
}

/**
 * Reads folders and files, separated by commas: of a folder every *.graphql file (one operation each) and every *.json file (a
 * manifest; `*.variables.json` are samples). `texts` are trusted too. Throws TrustedDocumentsError.
 */
export function readTrustedDocuments(setting: string, texts: readonly string[] = []): TrustedDocuments {
  const paths = setting.split(',').map((path) => path.trim());
  const files = paths.filter((path) => path !== '').flatMap(listFiles);
  const documents = files.flatMap((file) =>
    file.endsWith('.json') ? readManifestFile(file) : [readFile(file)],
  );
  const more = texts.map((text) => ({ file: ownFile, text, ...parseOperation(text, ownFile) }));
  return new TrustedDocuments([...documents, ...more]);
}

/** Stands for the file of a text that is written in the program. */
const ownFile = 'npm start';

const root = resolve(import.meta.dirname, '../..');

function listFiles(path: string): string[] {
  try {
    if (!statSync(resolve(root, path)).isDirectory()) return [path];
    const files = readdirSync(resolve(root, path)).filter(
      (file) => /\.(?:graphql|json)$/.test(file) && !file.endsWith('.variables.json'),
    );
    if (files.length > 0) return files.sort().map((file) => join(path, file));
  } catch (cause) {
    throw new TrustedDocumentsError(`OPERATIONS_DIR: ${path} cannot be read`, { cause });
  }
  throw new TrustedDocumentsError(
    `OPERATIONS_DIR: ${path} has no file that ends in .graphql, and no manifest (.json)`,
  );
}

function readFile(file: string): TrustedDocument {
  const text = readFileSync(resolve(root, file), 'utf8');
  return { file, text, ...parseOperation(text, file) };
}

function readManifestFile(file: string): TrustedDocument[] {
  const entries = readManifest(readFileSync(resolve(root, file), 'utf8'));
  if (typeof entries === 'string') throw new TrustedDocumentsError(`${file}: ${entries}`);
  return entries.map(({ id, text }) => ({ file, id, text, ...parseOperation(text, `${file}: ${id}`) }));
}

function parseOperation(text: string, place: string): { name: string; document: DocumentNode } {
  try {
    const document = parse(text, { maxTokens });
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const [operation] = operations;
    if (
      operation?.kind !== Kind.OPERATION_DEFINITION ||
      operation.name === undefined ||
      operations.length > 1
    )
      throw new TrustedDocumentsError(`${place}:1: needs exactly one operation, with a name`);
    return { name: operation.name.value, document };
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    throw new TrustedDocumentsError(describeError(place, cause), { cause });
  }
}
