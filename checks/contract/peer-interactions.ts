// Adds to the contracts what subgraphs send to each other in their own names. A subgraph declares in its index.ts the operations that it
// sends to its peers, each with its text and a sample of its variables.
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { findVariableProblem, getOperation, OperationsError } from '../operations.ts';
import type { Contract, Interaction } from './contract.ts';

type Caller = Pick<SubgraphDefinition, 'name' | 'peerOperations'>;

/** The contracts with the operations of the callers, after those of clients. Throws OperationsError for one that the graph refuses. */
export function addPeerInteractions(
  contracts: readonly Contract[],
  callers: readonly Caller[],
  schema: GraphQLSchema,
): Contract[] {
  return contracts.map(({ subgraph, interactions }) => {
    const asked = callers.flatMap(({ name, peerOperations = {} }) =>
      (peerOperations[subgraph] ?? []).map(({ text, sample }) => toInteraction(name, text, sample, schema)),
    );
    return { subgraph, interactions: [...interactions, ...asked] };
  });
}

function toInteraction(
  caller: string,
  text: string,
  variables: Interaction['variables'],
  schema: GraphQLSchema,
): Interaction {
  const document = parse(text);
  const { name, operation } = getOperation(document);
  const problem = validate(schema, document)[0] ?? findVariableProblem(schema, document, variables);
  if (problem !== undefined)
    throw new OperationsError(
      `${caller}, peerOperations, ${name?.value ?? 'an operation without a name'}: ${problem.message} Change the operation, or the graph, so that they fit.`,
    );
  return {
    name: name?.value ?? '',
    kind: operation === 'mutation' ? 'mutation' : 'query',
    text,
    requires: null,
    variables,
    conditions: [],
    operations: [`${caller}.${name?.value}`],
    caller,
  };
}
