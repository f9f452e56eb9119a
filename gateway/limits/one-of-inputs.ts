// Enforces @oneOf on the inputs of clients. Apollo's view for clients keeps no directive that a subgraph composes, so that an input
// with two keys, or with a null, would pass the validation and reach a subgraph.
import { type GraphQLSchema, isInputObjectType } from 'graphql';
import type { CostTable } from './cost/cost-table.ts';

/** Changes the schema's input types: graphql-js then refuses such literals and variables. */
export function installOneOf(schema: GraphQLSchema, { oneOfInputs }: Pick<CostTable, 'oneOfInputs'>): void {
  for (const name of oneOfInputs) {
    const type = schema.getType(name);
    if (isInputObjectType(type)) Object.assign(type, { isOneOf: true });
  }
}
