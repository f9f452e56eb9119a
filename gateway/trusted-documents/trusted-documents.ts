// Trusted documents: with TRUSTED_DOCUMENTS=true the gateway executes the operations that its operator registered, and no others. A
// client sends an id or a text. An id is the identity of one text, so that two versions of an operation can be registered. A text is
// compared with the registered ones in its normal form (normal-form.ts), and executed as it was sent.
import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, type GraphQLError, type GraphQLSchema, print, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Log } from '../../platform/process/log.ts';
import { HttpRefusal } from '../http/refusal.ts';
import { getPersistedQueryHash, type RequestParameters, sha256 } from '../http/request-parameters.ts';
import { parseWithinLimits, type TextLimits } from '../limits/lexer.ts';
import { listIds, listTexts, normalizeId } from './document-ids.ts';
import { printNormalForm } from './normal-form.ts';

export interface TrustedDocument {
  /** The path from the root of the project: operations/product.graphql. */
  file: string;
  /** The id that a manifest gives to the text. */
  id?: string;
  name: string;
  text: string;
  document: DocumentNode;
}

/** The message has a sentence for each problem of the documents, with file and line. */
export class TrustedDocumentsError extends Error {
  override name = 'TrustedDocumentsError';
}

interface KnownText {
  text: string;
  normalForm: string;
}

interface RegisteredText extends KnownText {
  printed: string;
  file: string;
}

/** Bounds of the texts that clients sent, and that are those of registered operations in another form. */
const sentTexts = { max: 10_000, maxSize: 16 * 1024 * 1024 };

/** Bounds the work of the parser, as LIMIT_TOKENS does at most: that is 0 where an operator has switched it off. */
export const maxTokens = 100_000;

export class TrustedDocuments {
  readonly #documents: readonly TrustedDocument[];
  readonly #byId = new Map<string, RegisteredText>();
  readonly #normalForms = new Set<string>();
  /** By SHA-256, so that a client may send the hash of its own text once the text was accepted. */
  readonly #sent = new LRUCache<string, KnownText>({
    ...sentTexts,
    sizeCalculation: ({ text, normalForm }) => 2 * (text.length + normalForm.length),
  });

  /** Throws TrustedDocumentsError for an id of two texts. */
  constructor(documents: readonly TrustedDocument[]) {
    this.#documents = documents;
    for (const trusted of documents) this.#add(trusted);
  }

  get names(): readonly string[] {
    return this.#documents.map(({ name }) => name);
  }

  /** In the order of their files. */
  get documents(): readonly TrustedDocument[] {
    return this.#documents;
  }

  /** The request with the text to execute. Throws 403 for a document that is not trusted. */
  resolve(params: RequestParameters, limits: TextLimits): RequestParameters {
    const { query, operationName, variables } = params;
    const known = isText(query) ? this.#findText(query, limits, params) : this.#findById(params);
    return {
      query: known.text,
      ...(operationName === undefined ? {} : { operationName }),
      ...(variables === undefined ? {} : { variables }),
    };
  }

  /** A sentence for each error of validation. */
  findProblems(schema: GraphQLSchema): string[] {
    return this.#documents.flatMap(({ file, id, document }) =>
      validate(schema, document).map((error) =>
        describeError(id === undefined ? file : `${file}: ${id}`, error),
      ),
    );
  }

  #add({ file, id, text, document }: TrustedDocument): void {
    const normalForm = printNormalForm(document);
    const printed = print(document);
    this.#normalForms.add(normalForm);
    // A manifest has the very text of its client. Of a file, clients make several.
    const texts = id === undefined ? listTexts(text, document) : [text];
    for (const each of texts)
      for (const hash of listIds(each))
        if (!this.#byId.has(hash)) this.#byId.set(hash, { text: each, normalForm, printed, file });
    if (id === undefined) return;
    const key = normalizeId(id);
    const other = this.#byId.get(key);
    if (other !== undefined && other.printed !== printed && other.text !== text)
      throw new TrustedDocumentsError(`${file}: ${other.file} has another operation with the id ${id}`);
    this.#byId.set(key, { text, normalForm, printed, file });
  }

  #findById(params: RequestParameters): KnownText {
    const ids = listGivenIds(params);
    const [first, ...others] = ids.map((id) => this.#get(id));
    // The client then sends the hash with its text, which may be a registered one in another form.
    if (first === undefined && ids.length === 1 && getPersistedQueryHash(params) !== undefined)
      throw new HttpRefusal(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    // Ids of different documents contradict each other.
    if (first === undefined || others.some((other) => other?.text !== first.text)) throw refuse();
    return first;
  }

  #findText(text: string, limits: TextLimits, params: RequestParameters): KnownText {
    const hash = sha256(text);
    const known = this.#get(hash) ?? this.#accept(hash, text, limits);
    const isConsistent = (id: unknown) =>
      this.#get(id)?.normalForm === known.normalForm ||
      (typeof id === 'string' && listIds(text).includes(normalizeId(id)));
    if (!listGivenIds(params).every(isConsistent)) throw refuse();
    return known;
  }

  #get(id: unknown): KnownText | undefined {
    if (typeof id !== 'string') return undefined;
    const key = normalizeId(id);
    return this.#byId.get(key) ?? this.#sent.get(key);
  }

  /** Throws 403 unless the text is a registered operation in another form. */
  #accept(hash: string, text: string, { LIMIT_TOKENS, LIMIT_NESTING }: TextLimits): KnownText {
    let normalForm: string;
    try {
      normalForm = printNormalForm(
        parseWithinLimits(text, { LIMIT_TOKENS: LIMIT_TOKENS || maxTokens, LIMIT_NESTING }),
      );
    } catch {
      // Why a text cannot be parsed is told where texts may be new.
      throw refuse();
    }
    if (!this.#normalForms.has(normalForm)) throw refuse();
    const known = { text, normalForm };
    this.#sent.set(hash, known);
    return known;
  }
}

/** `documentId` is the name in GraphQL over HTTP; Relay's users send `doc_id` or `id`, Apollo's and codegen's the extension. */
function listGivenIds(params: RequestParameters): unknown[] {
  const { documentId, id, doc_id } = params;
  return [documentId, id, doc_id, getPersistedQueryHash(params)].filter(
    (given) => given !== undefined && given !== null,
  );
}

/** Clients that send an id may send an empty text beside it. */
function isText(query: unknown): query is string {
  return typeof query === 'string' && query !== '';
}

function refuse(): HttpRefusal {
  return new HttpRefusal(403, 'OPERATION_NOT_REGISTERED');
}

export function describeError(place: string, { message, locations }: GraphQLError): string {
  return `${place}:${locations?.[0]?.line ?? 1}: ${message}`;
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
