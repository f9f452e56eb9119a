// The cost of arguments: the weights of those arguments and input fields that have a value. An input object without a weight
// costs 1, as in Apollo's router. The file also reads the values, and records which variables the cost depends on: the same
// values of those give the same cost.
import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { add } from '../refusal.ts';
import type { CostTable } from './cost-table.ts';

/** Reads the values of a request's arguments, from literals and variables. */
export class InputValues {
  readonly #variables: Readonly<Record<string, unknown>>;
  /** The names of all variables that were read. */
  readonly usedVariables = new Set<string>();

  /** The variables are coerced: they include the operation's defaults. */
  constructor(variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
  }

  /** The value as JSON, with the values of variables in it; undefined for a variable without a value. */
  read(node: ValueNode): unknown {
    if (node.kind === Kind.VARIABLE) {
      this.usedVariables.add(node.name.value);
      return this.#variables[node.name.value];
    }
    if (node.kind === Kind.LIST || node.kind === Kind.OBJECT) {
      visit(node, { [Kind.VARIABLE]: ({ name }) => void this.usedVariables.add(name.value) });
    }
    return valueFromASTUntyped(node, this.#variables);
  }
}

/** `coordinate` is the argument's: `Type.field.argument`. */
export function getArgumentCost(
  table: CostTable,
  coordinate: string,
  type: GraphQLInputType,
  node: ValueNode,
  values: InputValues,
): number {
  // A scalar without a weight is free, whatever its value, so that its value need not be read.
  if (!table.weights.has(coordinate) && !isInputObjectType(getNamedType(type))) return 0;
  return getValueCost(table, coordinate, type, values.read(node));
}

function getValueCost(table: CostTable, coordinate: string, type: GraphQLInputType, value: unknown): number {
  if (value === null || value === undefined) return 0;
  // GraphQL makes a list of one from a single value: as a literal it costs what it costs in a variable.
  if (isListType(getNullableType(type)) && !Array.isArray(value))
    return getValueCost(table, coordinate, type, [value]);
  const named = getNamedType(type);
  const isObject = isInputObjectType(named);
  let cost = table.weights.get(coordinate) ?? (isObject && !Array.isArray(value) ? 1 : 0);
  if (Array.isArray(value)) {
    for (const item of value) cost = add(cost, getValueCost(table, coordinate, named, item));
  } else if (isObject && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      const field = named.getFields()[name];
      if (field === undefined) continue;
      cost = add(cost, getValueCost(table, `${named.name}.${name}`, field.type, inner));
    }
  }
  return Math.max(cost, 0);
}
