// The scalars that our subgraphs share, checked where a value comes in: a bad one is refused with the operation, before any
// subgraph is asked. Another graph's scalars of the same names are its own affair; ours say so by @specifiedBy.
import { type GraphQLSchema, isScalarType } from 'graphql';
import { pickSharedScalars } from '../../platform/values/scalars.ts';
import type { CostTable } from './cost-table.ts';

const ours = 'https://tributary.dev/scalars/';

/** Gives the schema's scalars what ours accept. Without it every value of a federated graph's own scalars is taken. */
export function acceptOwnScalars(schema: GraphQLSchema, { specified }: CostTable): void {
  const declared = [...specified].flatMap(([name, url]) => (url.startsWith(ours) ? [name] : []));
  for (const [name, { parseValue, parseLiteral }] of Object.entries(pickSharedScalars(declared))) {
    const type = schema.getType(name);
    if (isScalarType(type)) Object.assign(type, { parseValue, parseLiteral });
  }
}
