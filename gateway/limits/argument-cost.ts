// What the values of arguments cost: the weights of arguments and input fields that are given; an input object without a
// weight costs 1, as Apollo's router counts. Remembers which variables were looked at: while those are the
// same, so is what an operation costs.
import {
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { CostTable } from './cost-table.ts';
import { sum } from './refusal.ts';

export class Inputs {
  readonly #variables: Readonly<Record<string, unknown>>;
  /** The variables that were looked at. */
  readonly seen = new Set<string>();

  /** Coerced: with the defaults of the operation. */
  constructor(variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
  }

  /** The JSON of a literal, variables filled in; undefined for a variable that is not given. */
  valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.VARIABLE) {
      this.seen.add(node.name.value);
      return this.#variables[node.name.value];
    }
    if (node.kind === Kind.LIST || node.kind === Kind.OBJECT) {
      visit(node, { [Kind.VARIABLE]: ({ name }) => void this.seen.add(name.value) });
    }
    return valueFromASTUntyped(node, this.#variables);
  }
}

/** A whole number, null, or undefined where nothing is given. */
export function numberOf(node: ValueNode | undefined, inputs: Inputs): number | null | undefined {
  const value = node === undefined ? undefined : inputs.valueOf(node);
  return value === undefined ? undefined : typeof value === 'number' ? value : null;
}

/** `at` is the argument's coordinate. */
export function argumentCost(
  table: CostTable,
  at: string,
  type: GraphQLInputType,
  node: ValueNode,
  inputs: Inputs,
): number {
  // Without a weight of its own a scalar is free, whatever its value.
  if (!table.weights.has(at) && !isInputObjectType(getNamedType(type))) return 0;
  return valueCost(table, at, type, inputs.valueOf(node));
}

function valueCost(table: CostTable, at: string, type: GraphQLInputType, value: unknown): number {
  if (value === null || value === undefined) return 0;
  const named = getNamedType(type);
  const isObject = isInputObjectType(named);
  let cost = table.weights.get(at) ?? (isObject && !Array.isArray(value) ? 1 : 0);
  if (Array.isArray(value)) {
    for (const item of value) cost = sum(cost, valueCost(table, at, named, item));
  } else if (isObject && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      const field = named.getFields()[name];
      if (field !== undefined) cost = sum(cost, valueCost(table, `${named.name}.${name}`, field.type, inner));
    }
  }
  return Math.max(cost, 0);
}
