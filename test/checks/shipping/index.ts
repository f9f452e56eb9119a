// shipping: a subgraph without tables, in the folder that mutants are made from. It ships every entity that has a price.
import { defineSubgraph } from '../../../platform/subgraph/definition.ts';
import { resolvers } from './resolvers.ts';

export const subgraph = defineSubgraph({
  name: 'shipping',
  tables: [],
  migrations: [],
  resolvers,
  refusals: {},
});
