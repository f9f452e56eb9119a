// Extracts the contracts from query plans: every registered operation is planned as the gateway plans it, and each fetch is
// added to the contract of the subgraph that receives it.
import { validate } from 'graphql';
import { findVariableProblem, OperationsError, type RegisteredOperation } from '../operations.ts';
import { simplifyConditions } from '../plan/conditions.ts';
import { openPlanner, type Planner, printSelections } from '../plan/plan.ts';
import type { PlannedFetch } from '../plan/planned-fetch.ts';
import type { Contract, Interaction } from './contract.ts';

/** A contract for each subgraph, which is empty when no plan calls the subgraph. Throws OperationsError. */
export function extractContracts(
  supergraphSdl: string,
  subgraphs: readonly string[],
  operations: readonly RegisteredOperation[],
): Contract[] {
  const plans = openPlanner(supergraphSdl);
  const bySubgraph = new Map<string, Map<string, Interaction>>(subgraphs.map((name) => [name, new Map()]));
  for (const operation of operations) {
    for (const fetch of planOperation(plans, operation)) {
      const interactions = bySubgraph.get(fetch.subgraph) ?? new Map<string, Interaction>();
      bySubgraph.set(fetch.subgraph, interactions);
      const interaction = toInteraction(fetch, operation);
      const key = JSON.stringify([interaction.text, interaction.requires]);
      const known = interactions.get(key);
      interactions.set(key, known === undefined ? interaction : mergeInteractions(known, interaction));
    }
  }
  return [...bySubgraph].map(([subgraph, interactions]) => ({
    subgraph,
    interactions: [...interactions.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
  }));
}

function planOperation(
  { planFetches: fetches, apiSchema }: Planner,
  operation: RegisteredOperation,
): PlannedFetch[] {
  const { document, name, file, variables } = operation;
  // The gateway refuses an invalid operation before it plans it.
  const [problem] = validate(apiSchema, document);
  if (problem !== undefined) throw createOperationError(operation, problem);
  refuseMissingSamples(operation);
  const sampleProblem = findVariableProblem(apiSchema, document, variables);
  if (sampleProblem !== undefined)
    throw new OperationsError(`${getSamplesFile(file)}: ${sampleProblem.message}. Correct the sample.`);
  try {
    return fetches(document, name);
  } catch (cause) {
    throw createOperationError(operation, cause as Error);
  }
}

function createOperationError({ file }: RegisteredOperation, cause: Error): OperationsError {
  const remedy = 'Change the operation, or the graph, so that they fit.';
  return new OperationsError(`${file}: ${cause.message} ${remedy}`, { cause });
}

function refuseMissingSamples({ file, missingVariables }: RegisteredOperation): void {
  if (missingVariables.length === 0) return;
  const names = missingVariables.map((name) => `$${name}`).join(', ');
  throw new OperationsError(`${file}: has no sample for ${names}; write ${getSamplesFile(file)}`);
}

function getSamplesFile(file: string): string {
  return file.replace(/\.graphql$/, '.variables.json');
}

/** One fetch may stand at two places of a plan, under different conditions. */
function mergeInteractions(one: Interaction, other: Interaction): Interaction {
  const isAlways = one.conditions.length === 0 || other.conditions.length === 0;
  return {
    ...one,
    conditions: isAlways ? [] : simplifyConditions([...one.conditions, ...other.conditions]),
    operations: [...new Set([...one.operations, ...other.operations])],
  };
}

function toInteraction(fetch: PlannedFetch, { name, variables }: RegisteredOperation): Interaction {
  return {
    name: fetch.operationName ?? '',
    kind: fetch.kind === 'mutation' ? 'mutation' : 'query',
    text: fetch.text,
    requires: fetch.requires === undefined ? null : `{ ${printSelections(fetch.requires)} }`,
    variables: Object.fromEntries(
      fetch.variables.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
    ),
    conditions: fetch.conditions,
    operations: [name],
  };
}
