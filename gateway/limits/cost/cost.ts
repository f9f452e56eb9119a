// Bounds the cost of an operation before it runs, by the IBM specification of GraphQL cost directives as Federation 2.9
// composes it. A field costs its weight (its own @cost, else its type's; else 1 for an object, 0 for a scalar) plus its
// selections, times the size of its list, plus the weights of its arguments. A mutation costs 10 more. A list of unknown size
// (no @listSize) counts as one entry: a graph that declares no sizes must accept honest queries, and LIMIT_DEPTH bounds those.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, indexFragments } from '../../fragments.ts';
import type { GatewaySettings } from '../../settings/settings.ts';
import { add, createRefusal, enforceLimit, type Measurement, multiply } from '../refusal.ts';
import { getArgumentCost, type InputValues } from './argument-cost.ts';
import type { CostTable, ListSize } from './cost-table.ts';
import { collectMergedFields, type MergedField } from './merged-fields.ts';

export type CostLimits = Pick<GatewaySettings, 'LIMIT_COST' | 'LIMIT_LIST_SIZE'>;

export interface CostRules {
  schema: GraphQLSchema;
  table: CostTable;
  limits: CostLimits;
}

/** In addition to its fields, as in Apollo's router: a mutation writes. */
const mutationCost = 10;

const operationCost: Measurement = {
  code: 'COST_TOO_HIGH',
  describe: (count) => `The operation has a cost of ${count}`,
};

const listEntries: Measurement = {
  code: 'LIST_TOO_LONG',
  describe: (count) => `The operation asks for a list of ${count} entries`,
};

/** The lists of a connection, whose size is an argument of the field above them. */
interface SizedFields {
  names: readonly string[];
  size: number;
}

/** Throws a refusal. The document and the variables have been validated. */
export function enforceCostLimit(
  rules: CostRules,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: InputValues,
): void {
  const root = rules.schema.getRootType(operation.operation);
  if (root === undefined || root === null) return;
  const cost = new CostWalk(rules, document, values).getSelectionsCost(root, [operation.selectionSet]);
  const extra = operation.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  enforceLimit(rules.limits.LIMIT_COST, add(cost, extra), operationCost);
}

class CostWalk {
  readonly #rules: CostRules;
  readonly #values: InputValues;
  readonly #fragments: Fragments;

  constructor(rules: CostRules, document: DocumentNode, values: InputValues) {
    this.#rules = rules;
    this.#values = values;
    this.#fragments = indexFragments(document);
  }

  getSelectionsCost(
    parent: GraphQLCompositeType,
    selectionSets: readonly SelectionSetNode[],
    sizedFields?: SizedFields,
  ): number {
    const { schema } = this.#rules;
    const fields = collectMergedFields(schema, parent, selectionSets, this.#fragments, this.#values);
    let cost = 0;
    for (const field of fields) cost = add(cost, this.#getFieldCost(field, sizedFields));
    return cost;
  }

  #getFieldCost({ parent, nodes }: MergedField, sizedFields: SizedFields | undefined): number {
    const [node] = nodes;
    const name = node.name.value;
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    // __typename is free, and introspection calls no subgraph.
    if (definition === undefined) return 0;
    const type = getNamedType(definition.type);
    const coordinate = `${parent.name}.${name}`;
    const { weights, listSizes } = this.#rules.table;
    const listSize = listSizes.get(coordinate);
    const size = listSize === undefined ? undefined : this.#getListSize(listSize, definition, node);
    let cost = weights.get(coordinate) ?? weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
    if (isCompositeType(type)) {
      const sets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
      const inner =
        listSize === undefined || size === undefined ? undefined : { names: listSize.sizedFields, size };
      cost = add(cost, this.getSelectionsCost(type, sets, inner));
    }
    const isList = isListType(getNullableType(definition.type));
    const entries = isList ? ((sizedFields?.names.includes(name) ? sizedFields.size : size) ?? 1) : 1;
    return add(multiply(entries, Math.max(cost, 0)), this.#getArgumentsCost(coordinate, definition, node));
  }

  #getArgumentsCost(coordinate: string, { args }: GraphQLField<unknown, unknown>, node: FieldNode): number {
    const { table } = this.#rules;
    let cost = 0;
    for (const { name, value } of node.arguments ?? []) {
      const type = args.find((argument) => argument.name === name.value)?.type;
      if (type === undefined) continue;
      cost = add(cost, getArgumentCost(table, `${coordinate}.${name.value}`, type, value, this.#values));
    }
    return cost;
  }

  /** The largest of the slicing arguments that have a value or a default; else the size that the schema assumes. */
  #getListSize(
    listSize: ListSize,
    definition: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): number | undefined {
    const sizes = this.#readSlicingArguments(listSize, definition, node);
    for (const size of sizes) enforceLimit(this.#rules.limits.LIMIT_LIST_SIZE, size, listEntries);
    if (sizes.length > 0) return Math.max(...sizes);
    if (listSize.assumedSize !== undefined) return listSize.assumedSize;
    if (listSize.slicingArguments.length > 0 && listSize.requireOneSlicingArgument) {
      const names = listSize.slicingArguments.join(', ');
      throw createRefusal(
        'LIST_SIZE_UNKNOWN',
        `Limit the size of the list with one of its arguments: ${names}.`,
      );
    }
    return undefined;
  }

  #readSlicingArguments(
    { slicingArguments }: ListSize,
    { args }: GraphQLField<unknown, unknown>,
    node: FieldNode,
  ): number[] {
    return slicingArguments.flatMap((name) => {
      const argument = args.find((candidate) => candidate.name === name);
      if (argument === undefined) return [];
      const valueNode = node.arguments?.find((candidate) => candidate.name.value === name)?.value;
      const value = valueNode === undefined ? undefined : this.#values.read(valueNode);
      // A variable without a value is an argument without a value, and has the default; null replaces the default.
      const size = measureSize(argument.type, value === undefined ? argument.defaultValue : value);
      return size === undefined ? [] : [Math.max(size, 0)];
    });
  }
}

/** A number is the size itself. A list has the size of its items, and GraphQL makes a list of one from a single value. */
function measureSize(type: GraphQLInputType, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (isListType(getNullableType(type))) return Array.isArray(value) ? value.length : 1;
  return typeof value === 'number' ? value : undefined;
}
