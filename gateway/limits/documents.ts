// From the text of a document to an operation that may run: parse, measure, validate. The gateway does this once for each
// text, since clients send the same few texts again and again. Of a refused text it remembers the answer alone. The store is
// bounded in bytes.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { validateDocument } from '../../platform/execution/validate.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { CheckedOperations } from './checked-operations.ts';
import { InputValues } from './cost/argument-cost.ts';
import { enforceCostLimit } from './cost/cost.ts';
import { type CostTable, readCostTable } from './cost/cost-table.ts';
import { refuseRepeatedMutations } from './cost/repeated-mutations.ts';
import { enforceVariableLimits } from './input-limits.ts';
import { parseWithinLimits } from './lexer.ts';
import { enforceDocumentLimits } from './measure.ts';
import { installOneOf } from './one-of-inputs.ts';
import { OneOfVariablesRule } from './one-of-variables.ts';
import { coerceVariables, requireOperation } from './operation.ts';
import { measureAnswer, type RefusalAnswer, toRefusalAnswer, withCode } from './refusal.ts';
import { enforceRepetitionLimit } from './repetition.ts';
import { ReservedNamesRule } from './reserved-names.ts';
import { installSharedScalars } from './shared-scalars.ts';

/** Maximum size of all documents of a graph together. */
const maxStoreBytes = 64 * 1024 * 1024;

/** What a token takes with its node and its place in the text: measured on queries of many sizes. */
const bytesPerToken = 600;

export interface DocumentsOptions {
  schema: GraphQLSchema;
  supergraphSdl: string;
  isProduction: boolean;
  settings: GatewaySettings;
}

/** A document without refusals may run. A refused document is empty. */
export interface ReadDocument {
  document: DocumentNode;
  refusals: readonly RefusalAnswer[];
}

const emptyDocument: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

/** The documents of one schema. */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #table: CostTable;
  readonly #rules;
  readonly #documents: LRUCache<string, ReadDocument>;
  readonly #checked = new CheckedOperations();

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.#table = readCostTable(options.supergraphSdl);
    const rules = [...specifiedRules, ReservedNamesRule, OneOfVariablesRule];
    this.#rules = options.isProduction ? [...rules, NoSchemaIntrospectionCustomRule] : rules;
    this.#documents = new LRUCache({
      maxSize: maxStoreBytes,
      sizeCalculation: measureRead,
    });
    installSharedScalars(options.schema, this.#table);
    installOneOf(options.schema, this.#table);
  }

  read(text: string): ReadDocument {
    const known = this.#documents.get(text);
    if (known !== undefined) return known;
    const read = this.#readUncached(text);
    this.#documents.set(text, read);
    return read;
  }

  /** The errors that keep this operation of a document from running with these variables; none when it may run. */
  check(
    document: DocumentNode,
    operation: OperationDefinitionNode | undefined,
    variables: Record<string, unknown>,
  ): readonly GraphQLError[] {
    return collectErrors(() => {
      const required = requireOperation(operation);
      enforceVariableLimits(variables, this.#options.settings);
      const coerced = coerceVariables(this.#options, required, variables);
      if ('variables' in coerced) this.#enforceOperationLimits(document, required, coerced.variables);
      return coerced.errors;
    });
  }

  #enforceOperationLimits(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): void {
    if (this.#checked.has(operation, variables)) return;
    const { schema, settings } = this.#options;
    const table = this.#table;
    const values = new InputValues(variables);
    const expensiveFrom = settings.LIMIT_EXPENSIVE_MUTATION;
    refuseRepeatedMutations({ schema, table, expensiveFrom }, document, operation, values);
    enforceCostLimit({ schema, table, limits: settings }, document, operation, values);
    this.#checked.add(operation, variables, values.usedVariables);
  }

  #readUncached(text: string): ReadDocument {
    const { settings, schema, isProduction } = this.#options;
    let document = emptyDocument;
    const errors = collectErrors(() => {
      document = parseWithinLimits(text, settings);
      enforceDocumentLimits(document, settings);
      enforceRepetitionLimit(document, settings.LIMIT_REPEATED_FIELDS);
      const options = { rules: this.#rules, hideSuggestions: isProduction };
      const invalid = validateDocument(schema, document, options);
      return invalid.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
    });
    const isRefused = errors.length > 0;
    return { document: isRefused ? emptyDocument : document, refusals: errors.map(toRefusalAnswer) };
  }
}

/** In bytes. V8 takes at most two bytes for a character. */
function measureRead({ document, refusals }: ReadDocument, text: string): number {
  const answers = refusals.reduce((sum, refusal) => sum + measureAnswer(refusal), 0);
  return 1_000 + 2 * text.length + bytesPerToken * (document.tokenCount ?? 0) + answers;
}

/** The errors that the function returns, or the one that it throws. */
function collectErrors(find: () => readonly GraphQLError[]): readonly GraphQLError[] {
  try {
    return find();
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    // The parser's own errors have no code.
    return [cause.extensions.code === undefined ? withCode(cause, 'GRAPHQL_PARSE_FAILED') : cause];
  }
}
