// Trusted documents: with TRUSTED_DOCUMENTS=true the gateway executes the operations of a folder and no others. A client sends
// the id (SHA-256 of the text) or the exact text. The gateway reads and checks the folder when it starts, and refuses every
// other document without parsing it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import type { Environment } from '../../platform/process/environment.ts';
import type { Log } from '../../platform/process/log.ts';
import { EnvironmentError } from '../../platform/process/variables.ts';
import { type GatewaySettings, readGatewaySettings } from '../settings/settings.ts';
import { HttpRefusal } from './refusal.ts';
import { getPersistedQueryHash, type RequestParameters, sha256 } from './request-parameters.ts';

/** Bounds the work of the parser. A document is a page or two. */
const parseOptions = { maxTokens: 5_000 };

export interface TrustedDocument {
  /** The path from the root of the project: operations/product.graphql. */
  file: string;
  name: string;
  text: string;
  document: DocumentNode;
}

/** The message has a sentence for each problem of the folder, with file and line. */
export class TrustedDocumentsError extends Error {
  override name = 'TrustedDocumentsError';
}

export class TrustedDocuments {
  readonly #documents: readonly TrustedDocument[];
  readonly #byId = new Map<string, TrustedDocument>();

  constructor(documents: readonly TrustedDocument[]) {
    this.#documents = documents;
    for (const document of documents) {
      // Tools hash the whole file, and front-ends the query in it, which has no line break at its end.
      for (const text of [document.text, document.text.trimEnd()]) this.#byId.set(sha256(text), document);
    }
  }

  get names(): readonly string[] {
    return this.#documents.map(({ name }) => name);
  }

  /** In the order of their files. */
  get documents(): readonly TrustedDocument[] {
    return this.#documents;
  }

  /** The request with the text of its document. Throws 403 for a document that is not trusted. */
  resolve({ documentId, query, operationName, variables, extensions }: RequestParameters): RequestParameters {
    const ids = [
      documentId,
      getPersistedQueryHash({ extensions }),
      typeof query === 'string' ? sha256(query) : undefined,
    ]
      .filter((id) => id !== undefined)
      .map((id) => (typeof id === 'string' ? this.#byId.get(id.replace(/^sha256:/, '')) : undefined));
    const [document] = ids;
    // Ids of different documents contradict each other.
    if (document === undefined || ids.some((other) => other !== document)) {
      throw new HttpRefusal(403, 'OPERATION_NOT_REGISTERED');
    }
    return {
      query: document.text,
      ...(operationName === undefined ? {} : { operationName }),
      ...(variables === undefined ? {} : { variables }),
    };
  }

  /** A sentence for each error of validation. */
  findProblems(schema: GraphQLSchema): string[] {
    return this.#documents.flatMap(({ file, document }) =>
      validate(schema, document).map((error) => describeError(file, error)),
    );
  }
}

/**
 * The settings of the gateway, with the folder of the trusted documents read once. Throws EnvironmentError, so that a command can
 * report the problems of the folder together with all others, before it starts anything.
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

/** Reads every *.graphql in the folder. Throws TrustedDocumentsError. */
export function readTrustedDocuments(folder: string): TrustedDocuments {
  const path = resolve(import.meta.dirname, '../..', folder);
  let files: string[];
  try {
    files = readdirSync(path).filter((file) => file.endsWith('.graphql'));
  } catch (cause) {
    throw new TrustedDocumentsError(`OPERATIONS_DIR: the folder ${folder} cannot be read`, { cause });
  }
  if (files.length === 0)
    throw new TrustedDocumentsError(`OPERATIONS_DIR: ${folder} has no file that ends in .graphql`);
  const documents = files.sort().map((file) => readDocument(join(folder, file), join(path, file)));
  for (const { file, name } of documents) {
    const other = documents.find((candidate) => candidate.name === name && candidate.file !== file);
    if (other !== undefined)
      throw new TrustedDocumentsError(`${file}: ${other.file} has an operation ${name} too`);
  }
  return new TrustedDocuments(documents);
}

function readDocument(file: string, path: string): TrustedDocument {
  const text = readFileSync(path, 'utf8');
  try {
    const document = parse(text, parseOptions);
    const [operation, ...more] = document.definitions.filter(
      ({ kind }) => kind === Kind.OPERATION_DEFINITION,
    );
    if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.name === undefined || more.length > 0) {
      throw new TrustedDocumentsError(`${file}:1: needs exactly one operation, with a name`);
    }
    return { file, name: operation.name.value, text, document };
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    throw new TrustedDocumentsError(describeError(file, cause), { cause });
  }
}

function describeError(file: string, { message, locations }: GraphQLError): string {
  return `${file}:${locations?.[0]?.line ?? 1}: ${message}`;
}

/** Keeps the gateway from starting when a document is invalid, and logs an error when a reloaded schema makes one invalid. */
export function createTrustedDocumentsPlugin(trusted: TrustedDocuments, log: Log): ApolloServerPlugin {
  return {
    serverWillStart: async ({ schema }) => {
      const problems = trusted.findProblems(schema);
      if (problems.length > 0) throw new TrustedDocumentsError(problems.join('\n'));
      return {
        schemaDidLoadOrUpdate: ({ apiSchema }) => {
          const invalid = trusted.findProblems(apiSchema);
          if (invalid.length > 0)
            log.error({ problems: invalid }, 'the new schema makes trusted documents invalid');
        },
      };
    },
  };
}
