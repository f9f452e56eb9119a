// Compares compiled plans with the oracle (oracle/: graphql-js over the merged schema) and with Apollo's own executor: for operations
// generated over each federation graph, with and without faults of subgraphs. No operation may fall back to Apollo's executor.
// For a long run: SEED=1 OPERATIONS=20000 npx vitest run test/federation/compiled-plans.test.ts
import { OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { createRandom } from '../support/random.ts';
import { findDifferences, findDisagreements } from './compare-responses.ts';
import { type ComparedGraph, openComparedGraph } from './compared-graph.ts';
import { everyGraph } from './every-graph.ts';
import type { FederationGraph } from './federation-graph.ts';
import type { Chance } from './generated-arguments.ts';
import { type GeneratedOperation, generateOperation } from './generated-operation.ts';
import type { FaultKind } from './injected-faults.ts';

/** Another seed generates other operations. */
const seed = Number(process.env.SEED ?? 20_261_122);
/** Generated operations. Each is executed once without faults and once with faults. */
const operations = Number(process.env.OPERATIONS ?? 800);

const graphs = await everyGraph();
const operationsOfEachGraph = Math.ceil(operations / graphs.length);
const faultKinds: readonly FaultKind[] = ['fields', 'entities', 'down', 'nonsense'];

// The seed is in the name of each test, so that a failure can be repeated.
for (const [index, { name, graph }] of graphs.entries())
  test(`responds as the oracle and as Apollo's executor (${name}, seed ${seed})`, {
    timeout: 60_000 + 200 * operationsOfEachGraph,
  }, async () => {
    const compared = await openComparedGraph(graph);
    try {
      const chance = createRandom(seed + index).next;
      for (let count = 0; count < operationsOfEachGraph; count += 1) {
        const operation = generateValidOperation(compared, chance, graph);
        const kind = faultKinds[count % faultKinds.length] ?? 'fields';
        const problems = [
          ...(await findProblems(compared, operation, 'none', count)),
          ...(await findProblems(compared, operation, kind, count)),
        ];
        expect(problems, `${operation.text}\n${JSON.stringify(operation.variables)}`).toEqual([]);
      }
      expect(compared.plans().fallbacks).toEqual({});
    } finally {
      await compared.close();
    }
  });

async function findProblems(
  compared: ComparedGraph,
  { text, variables }: GeneratedOperation,
  kind: FaultKind,
  count: number,
): Promise<string[]> {
  const { hasDependentFields } = compared;
  const faults = { kind, seed: seed + count };
  const response = await compared.ask('compiled', text, variables, faults);
  const isMutation = text.startsWith('mutation');
  // Apollo's executor sends several mutations to one subgraph before it fetches the rest of the first one's response.
  const disagreements = isMutation
    ? []
    : findDisagreements(response, await compared.ask('stock', text, variables, faults), hasDependentFields);
  const knowsFaults = kind === 'none' || kind === 'fields';
  // The oracle cannot predict the other kinds of faults: it knows only the response without them.
  const isUnpredictable = !knowsFaults && (kind === 'nonsense' || isMutation || hasDependentFields);
  const expected = await compared.askOracle(text, variables, knowsFaults ? faults : { kind: 'none', seed });
  const differences = isUnpredictable
    ? []
    : findDifferences(response, expected, { knowsFaults, hasDependentFields });
  return [...disagreements, ...differences].map((problem) => `${kind} ${faults.seed}: ${problem}`);
}

/** Two selected fields with one response key can conflict. Nothing else can make a generated operation invalid. */
function generateValidOperation(
  { schema }: ComparedGraph,
  chance: Chance,
  { samples = {}, unsteady = [] }: FederationGraph,
): GeneratedOperation {
  const hasMutations = Boolean(schema.getMutationType());
  for (let attempts = 0; attempts < 1_000; attempts += 1) {
    const isMutation = hasMutations && chance() < 0.5;
    const operation = generateOperation({ schema, chance, samples, unsteady, isMutation });
    if (validate(schema, parse(operation.text), [OverlappingFieldsCanBeMergedRule]).length === 0)
      return operation;
  }
  throw new Error('no valid operation in a thousand');
}
