// Draws the contracts from query plans: every registered operation is planned as the gateway plans it, and each fetch
// goes into the contract of the subgraph that it asks.
import { getVariableValues, validate } from 'graphql';
import { OperationsError, operationOf, type RegisteredOperation } from '../operations.ts';
import { simplest } from '../plan/conditions.ts';
import { type Plans, plansOf, selectionText } from '../plan/plan.ts';
import type { PlannedFetch } from '../plan/planned-fetch.ts';
import type { Contract, Interaction } from './contract.ts';

/** One for each of the subgraphs, also where nothing is asked of it. Throws OperationsError. */
export function contractsOf(
  supergraphSdl: string,
  subgraphs: readonly string[],
  operations: readonly RegisteredOperation[],
): Contract[] {
  const plans = plansOf(supergraphSdl);
  const bySubgraph = new Map<string, Map<string, Interaction>>(subgraphs.map((name) => [name, new Map()]));
  for (const operation of operations) {
    for (const fetch of planned(plans, operation)) {
      const interactions = bySubgraph.get(fetch.subgraph) ?? new Map<string, Interaction>();
      bySubgraph.set(fetch.subgraph, interactions);
      const interaction = interactionOf(fetch, operation);
      const key = JSON.stringify([interaction.text, interaction.requires]);
      const known = interactions.get(key);
      interactions.set(key, known === undefined ? interaction : both(known, interaction));
    }
  }
  return [...bySubgraph].map(([subgraph, interactions]) => ({
    subgraph,
    interactions: [...interactions.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
  }));
}

function planned({ fetches, apiSchema }: Plans, operation: RegisteredOperation): PlannedFetch[] {
  const { document, name, file, variables } = operation;
  // What the gateway refuses has no plan that anybody asks for.
  const [problem] = validate(apiSchema, document);
  if (problem !== undefined) throw doesNotFit(operation, problem);
  refuseMissingSamples(operation);
  const { errors } = getVariableValues(apiSchema, operationOf(document).variableDefinitions ?? [], variables);
  if (errors?.[0] !== undefined)
    throw new OperationsError(`${samplesOf(file)}: ${errors[0].message}. Correct the sample.`);
  try {
    return fetches(document, name);
  } catch (cause) {
    throw doesNotFit(operation, cause as Error);
  }
}

function doesNotFit({ file }: RegisteredOperation, cause: Error): OperationsError {
  const remedy = 'Change the operation, or the graph, so that they fit.';
  return new OperationsError(`${file}: ${cause.message} ${remedy}`, { cause });
}

function refuseMissingSamples({ file, missingVariables }: RegisteredOperation): void {
  if (missingVariables.length === 0) return;
  const names = missingVariables.map((name) => `$${name}`).join(', ');
  throw new OperationsError(`${file}: has no sample for ${names}; write ${samplesOf(file)}`);
}

function samplesOf(file: string): string {
  return file.replace(/\.graphql$/, '.variables.json');
}

/** The same may be sent at two places of a plan, under other conditions. */
function both(one: Interaction, other: Interaction): Interaction {
  const isAlways = one.conditions.length === 0 || other.conditions.length === 0;
  return {
    ...one,
    conditions: isAlways ? [] : simplest([...one.conditions, ...other.conditions]),
    operations: [...new Set([...one.operations, ...other.operations])],
  };
}

function interactionOf(fetch: PlannedFetch, { name, variables }: RegisteredOperation): Interaction {
  return {
    name: fetch.operationName ?? '',
    kind: fetch.kind === 'mutation' ? 'mutation' : 'query',
    text: fetch.text,
    requires: fetch.requires === undefined ? null : `{ ${selectionText(fetch.requires)} }`,
    variables: Object.fromEntries(
      fetch.variables.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
    ),
    conditions: fetch.conditions,
    operations: [name],
  };
}
