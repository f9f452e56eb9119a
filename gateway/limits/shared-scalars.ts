// Checks the scalars that this project's subgraphs share where a value enters the gateway: it refuses a bad one with the
// operation, before it calls a subgraph. A supergraph of other subgraphs may have scalars of the same names with another
// meaning, so only those count whose @specifiedBy has this project's URL.
import { type GraphQLSchema, isScalarType } from 'graphql';
import { isSharedScalarUrl, pickSharedScalars } from '../../platform/values/scalars.ts';
import type { CostTable } from './cost/cost-table.ts';

/** Changes the schema's scalars. Without it the gateway accepts every value of a federated graph's custom scalars. */
export function installSharedScalars(schema: GraphQLSchema, { scalarUrls }: CostTable): void {
  const declared = [...scalarUrls].flatMap(([name, url]) => (isSharedScalarUrl(url) ? [name] : []));
  for (const [name, { parseValue, parseLiteral }] of Object.entries(pickSharedScalars(declared))) {
    const type = schema.getType(name);
    if (isScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
}
