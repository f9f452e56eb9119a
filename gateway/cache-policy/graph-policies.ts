// The cache policies of a graph's operations and fetches. Each is computed once and then looked up; a graph without
// @cacheControl does not even cost the lookup.

import type { DocumentNode } from 'graphql';
import { type GraphQLSchema, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isQuery } from '../../platform/calls/call.ts';
import { hasHints } from './hints.ts';
import { computePolicy, type Policy, uncacheablePolicy } from './policy.ts';

/** Maximum number of distinct fetch texts and of their characters, as in fetch/subgraph-data-source.ts. */
const maxFetches = 1_000;
const maxCharacters = 1_000_000;

/** What a fetch means for caching and sharing. */
export type FetchKind = 'public' | 'private' | 'write';

/** The policies of one graph. */
export class GraphPolicies {
  readonly #schema: GraphQLSchema | undefined;
  /** By the operation's AST node: each text is parsed once (limits/documents.ts), so that its node is the same each time. */
  readonly #operations = new WeakMap<OperationDefinitionNode, Policy>();
  readonly #fetches = new LRUCache<string, FetchKind>({
    max: maxFetches,
    maxSize: maxCharacters,
    sizeCalculation: (_kind, text) => text.length + 1,
  });

  /** Takes the supergraph's own schema, which also has the fields that clients cannot see. */
  constructor(schema: GraphQLSchema | undefined) {
    this.#schema = schema !== undefined && hasHints(schema) ? schema : undefined;
  }

  /** False for a graph of which nothing can be cached or shared. */
  get hasAny(): boolean {
    return this.#schema !== undefined;
  }

  getOperationPolicy(document: DocumentNode, operation: OperationDefinitionNode): Policy {
    if (this.#schema === undefined) return uncacheablePolicy;
    let policy = this.#operations.get(operation);
    if (policy === undefined) {
      policy = computePolicy(this.#schema, document, operation);
      this.#operations.set(operation, policy);
    }
    return policy;
  }

  getFetchKind(text: string): FetchKind {
    let kind = this.#fetches.get(text);
    if (kind === undefined) {
      kind = this.#computeKind(text);
      this.#fetches.set(text, kind);
    }
    return kind;
  }

  #computeKind(text: string): FetchKind {
    if (!isQuery(text)) return 'write';
    if (this.#schema === undefined) return 'private';
    const document = parse(text, { noLocation: true });
    const operation = getOperationAST(document);
    const isPublic = operation != null && computePolicy(this.#schema, document, operation).isPublic;
    return isPublic ? 'public' : 'private';
  }
}

/** The policies of each graph, by schema: a running operation keeps the schema that it began with, also after the graph has changed. */
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
