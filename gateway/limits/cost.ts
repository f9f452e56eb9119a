// What an operation may cost, before it runs: the IBM specification of GraphQL cost directives, as Apollo Federation 2.9
// composes it. A field costs its weight (its own @cost, else its type's; else 1 for an object, 0 for a scalar) and what is
// selected in it, times the entries of its list, and the weights of its arguments. A mutation costs 10 beside its fields.
// Where the size of a list is unknown (no @listSize), one entry is counted: a graph that says nothing of its lists must
// stay open to honest queries, and depth bounds those.
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
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
import { type Fragments, indexFragments } from '../fragments.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { argumentCost, type Inputs, numberOf } from './argument-cost.ts';
import type { CostTable, ListSize } from './cost-table.ts';
import { fieldsOf, type MergedField } from './merged-fields.ts';
import { hold, product, refusal, sum } from './refusal.ts';

export type CostLimits = Pick<GatewaySettings, 'LIMIT_COST' | 'LIMIT_LIST_SIZE'>;

/** Beside its fields, as Apollo's router counts: a mutation writes. */
const mutationCost = 10;

export interface Priced {
  schema: GraphQLSchema;
  table: CostTable;
  limits: CostLimits;
}

/** Lists of a connection that have the size that was asked for at the field above them. */
interface Sized {
  fields: readonly string[];
  size: number;
}

/** Throws a refusal. The document is valid, and so are the variables. */
export function holdCost(
  priced: Priced,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  inputs: Inputs,
): void {
  const root = priced.schema.getRootType(operation.operation);
  if (root === undefined || root === null) return;
  const cost = new Walk(priced, document, inputs).selections(root, [operation.selectionSet]);
  const own = operation.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
  hold(priced.limits.LIMIT_COST, sum(cost, own), ['COST_TOO_HIGH', 'cost an operation']);
}

class Walk {
  readonly #priced: Priced;
  readonly #inputs: Inputs;
  readonly #fragments: Fragments;

  constructor(priced: Priced, document: DocumentNode, inputs: Inputs) {
    this.#priced = priced;
    this.#inputs = inputs;
    this.#fragments = indexFragments(document);
  }

  selections(parent: GraphQLCompositeType, sets: readonly SelectionSetNode[], sized?: Sized): number {
    const fields = fieldsOf(this.#priced.schema, parent, sets, this.#fragments, this.#inputs);
    let cost = 0;
    for (const field of fields) cost = sum(cost, this.#field(field, sized));
    return cost;
  }

  #field({ parent, nodes }: MergedField, sized: Sized | undefined): number {
    const [node] = nodes;
    const name = node.name.value;
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    // __typename is free; the schema's description costs no subgraph anything.
    if (definition === undefined) return 0;
    const type = getNamedType(definition.type);
    const at = `${parent.name}.${name}`;
    const listSize = this.#priced.table.listSizes.get(at);
    const size = listSize === undefined ? undefined : this.#sizeOf(listSize, definition, node);
    const { weights } = this.#priced.table;
    let cost = weights.get(at) ?? weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
    if (isCompositeType(type)) {
      const sets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
      const inner =
        listSize === undefined || size === undefined ? undefined : { fields: listSize.sizedFields, size };
      cost = sum(cost, this.selections(type, sets, inner));
    }
    const isList = isListType(getNullableType(definition.type));
    const entries = isList ? ((sized?.fields.includes(name) ? sized.size : size) ?? 1) : 1;
    return sum(product(entries, Math.max(cost, 0)), this.#argumentsCost(at, definition, node));
  }

  #argumentsCost(at: string, { args }: GraphQLField<unknown, unknown>, node: FieldNode): number {
    let cost = 0;
    for (const { name, value } of node.arguments ?? []) {
      const type = args.find((argument) => argument.name === name.value)?.type;
      if (type === undefined) continue;
      cost = sum(cost, argumentCost(this.#priced.table, `${at}.${name.value}`, type, value, this.#inputs));
    }
    return cost;
  }

  /** The largest of the slicing arguments that are given or have a default; else what the schema assumes. */
  #sizeOf(listSize: ListSize, { args }: GraphQLField<unknown, unknown>, node: FieldNode): number | undefined {
    const sizes = listSize.slicingArguments.flatMap((name) => {
      const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
      const size = numberOf(given, this.#inputs);
      // An undefined variable is an argument not given; null takes the place of the default.
      const isGiven = given !== undefined && size !== undefined;
      const fallback: unknown = args.find((argument) => argument.name === name)?.defaultValue;
      const counted = isGiven ? size : fallback;
      return typeof counted === 'number' ? [Math.max(counted, 0)] : [];
    });
    for (const size of sizes) {
      hold(this.#priced.limits.LIMIT_LIST_SIZE, size, ['LIST_TOO_LONG', 'entries a list that is asked for']);
    }
    if (sizes.length > 0) return Math.max(...sizes);
    if (listSize.assumedSize !== undefined) return listSize.assumedSize;
    if (listSize.slicingArguments.length > 0 && listSize.requireOneSlicingArgument) {
      const names = listSize.slicingArguments.join(', ');
      throw refusal('LIST_SIZE_UNKNOWN', `Say how long a list may be, with one of its arguments: ${names}.`);
    }
    return undefined;
  }
}
