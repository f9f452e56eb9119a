// The policy of each operation and of each fetch, found once: afterwards it is a look into a map. A graph that says nothing
// about caching costs not even that.

import type { DocumentNode } from 'graphql';
import { type GraphQLSchema, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isQuery } from '../../platform/calls/call.ts';
import { hasHints } from './hints.ts';
import { type Policy, policyOf, unkept } from './policy.ts';

/** Distinct texts of fetches, and how long they are together: as in fetch/subgraph-data-source.ts. */
const rememberedFetches = 1_000;
const rememberedCharacters = 1_000_000;

/** What a fetch does, to whoever keeps or shares answers. */
export type FetchKind = 'public' | 'private' | 'write';

/** The policies of one graph. */
export class GraphPolicies {
  readonly #schema: GraphQLSchema | undefined;
  /** By the operation's node: documents are read once for each text (limits/documents.ts). */
  readonly #operations = new WeakMap<OperationDefinitionNode, Policy>();
  readonly #fetches = new LRUCache<string, FetchKind>({
    max: rememberedFetches,
    maxSize: rememberedCharacters,
    sizeCalculation: (_kind, text) => text.length + 1,
  });

  /** The supergraph's own schema, with what clients cannot see. */
  constructor(schema: GraphQLSchema | undefined) {
    this.#schema = schema !== undefined && hasHints(schema) ? schema : undefined;
  }

  /** False where nothing can be kept or shared. */
  get hasAny(): boolean {
    return this.#schema !== undefined;
  }

  ofOperation(document: DocumentNode, operation: OperationDefinitionNode): Policy {
    if (this.#schema === undefined) return unkept;
    let policy = this.#operations.get(operation);
    if (policy === undefined) {
      policy = policyOf(this.#schema, document, operation);
      this.#operations.set(operation, policy);
    }
    return policy;
  }

  ofFetch(text: string): FetchKind {
    let kind = this.#fetches.get(text);
    if (kind === undefined) {
      kind = this.#kindOf(text);
      this.#fetches.set(text, kind);
    }
    return kind;
  }

  #kindOf(text: string): FetchKind {
    if (!isQuery(text)) return 'write';
    if (this.#schema === undefined) return 'private';
    const document = parse(text, { noLocation: true });
    const operation = getOperationAST(document);
    const isPublic = operation != null && policyOf(this.#schema, document, operation).isPublic;
    return isPublic ? 'public' : 'private';
  }
}

/** By schema, because an operation under way ends with the graph that it began with; Apollo Server says which one that is. */
export class PoliciesBySchema {
  readonly #bySchema = new WeakMap<GraphQLSchema, GraphPolicies>();
  #current = new GraphPolicies(undefined);

  /** The policies of the newest graph. */
  get current(): GraphPolicies {
    return this.#current;
  }

  /** The API schema is the key; the supergraph's own schema has the hints. */
  add(apiSchema: GraphQLSchema, supergraphSchema: GraphQLSchema | undefined): void {
    this.#current = new GraphPolicies(supergraphSchema);
    this.#bySchema.set(apiSchema, this.#current);
  }

  find(apiSchema: GraphQLSchema): GraphPolicies | undefined {
    return this.#bySchema.get(apiSchema);
  }
}
