// From a document's text to what may run: read, measured, validated; each once for each text, since clients send the same
// few again and again. What was refused is remembered too. The store is bounded by the size of what it holds.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { GatewaySettings } from '../settings/settings.ts';
import { Inputs } from './argument-cost.ts';
import { Passed } from './checked-operations.ts';
import { holdCost } from './cost.ts';
import { type CostTable, readCostTable } from './cost-table.ts';
import { holdVariables } from './input-limits.ts';
import { parseWithin } from './lexer.ts';
import { measure } from './measure.ts';
import { coerce, runnable } from './operation.ts';
import { coded } from './refusal.ts';
import { holdOnce } from './repeated-mutations.ts';
import { holdRepetition } from './repetition.ts';
import { ReservedNamesRule } from './reserved-names.ts';
import { acceptOwnScalars } from './shared-scalars.ts';

/** Bytes for all documents of a graph together. */
const storeBytes = 64 * 1024 * 1024;

/** What a token comes to, in bytes, with its node and its place in the text: measured on queries of many sizes. */
const tokenBytes = 600;

export interface Graph {
  schema: GraphQLSchema;
  supergraphSdl: string;
  isProduction: boolean;
  settings: GatewaySettings;
}

/** A document without errors may run. */
export interface Reading {
  document: DocumentNode;
  errors: readonly GraphQLError[];
}

const nothing: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

export class Documents {
  readonly #graph: Graph;
  readonly #table: CostTable;
  readonly #rules;
  readonly #known: LRUCache<string, Reading>;
  readonly #passed = new Passed();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#table = readCostTable(graph.supergraphSdl);
    const rules = [...specifiedRules, ReservedNamesRule];
    this.#rules = graph.isProduction ? [...rules, NoSchemaIntrospectionCustomRule] : rules;
    this.#known = new LRUCache({
      maxSize: storeBytes,
      // Two bytes a character: what V8 takes at most.
      sizeCalculation: (reading, text) =>
        1_000 + 2 * text.length + tokenBytes * (reading.document.tokenCount ?? 0),
    });
    acceptOwnScalars(graph.schema, this.#table);
  }

  read(text: string): Reading {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const reading = this.#readAnew(text);
    this.#known.set(text, reading);
    return reading;
  }

  /** What keeps this operation of a document from running with these variables; nothing when it may. */
  check(
    document: DocumentNode,
    operation: OperationDefinitionNode | undefined,
    given: Record<string, unknown>,
  ): readonly GraphQLError[] {
    return errorsOf(() => {
      const toRun = runnable(operation);
      holdVariables(given, this.#graph.settings);
      const coerced = coerce(this.#graph, toRun, given);
      if ('variables' in coerced) this.#hold(document, toRun, coerced.variables);
      return coerced.errors;
    });
  }

  #hold(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): void {
    if (this.#passed.has(operation, variables)) return;
    const { schema, settings } = this.#graph;
    const inputs = new Inputs(variables);
    const limit = settings.LIMIT_EXPENSIVE_MUTATION;
    holdOnce({ schema, table: this.#table, limit }, document, operation, inputs);
    holdCost({ schema, table: this.#table, limits: settings }, document, operation, inputs);
    this.#passed.add(operation, variables, inputs.seen);
  }

  #readAnew(text: string): Reading {
    const { settings, schema, isProduction } = this.#graph;
    let document = nothing;
    const errors = errorsOf(() => {
      document = parseWithin(settings, text);
      measure(document, settings);
      holdRepetition(document, settings.LIMIT_REPEATED_FIELDS);
      const options = { hideSuggestions: isProduction };
      const invalid = validate(schema, document, this.#rules, options);
      return invalid.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    });
    return errors.length > 0 ? { document: nothing, errors } : { document, errors };
  }
}

/** What is found, or the one that is thrown. */
function errorsOf(find: () => readonly GraphQLError[]): readonly GraphQLError[] {
  try {
    return find();
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    // The parser's own errors have no code.
    return [cause.extensions.code === undefined ? coded(cause, 'GRAPHQL_PARSE_FAILED') : cause];
  }
}
