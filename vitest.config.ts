import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take ten seconds or more. They run first, so that none of them runs alone at the end. */
export const slowestFiles = [
  // The first of all: it counts the objects of the heap, which takes four times as long in a worker that has run other files.
  'gateway/supergraph/released-graph',
  'rollout/rotation',
  'rollout/readiness',
  'faults/restarts/restarts',
  'faults/sweep',
  'commands/start',
  'local/new/new-subgraph',
  'journeys/processes',
  'faults/mutants',
  'faults/chaos/chaos',
  'faults/events/followers-run',
  'gateway/supergraph/reload-map',
  'journeys/one-process',
  'payments/on-provider-event-worlds',
  'purchases/restate/crash',
  'outage/real-graph',
  'federation/compiled-plans',
  'federation/merge-property',
  'containers/containers',
  'gateway/supergraph/reload',
  'commands/migrate/migrate',
  'faults/postgres',
  'commands/gateway-start',
  'outage/bounds',
  'checks/every-graph',
  'console/page',
  'examples/web-client',
].map((name) => `test/${name}.test.ts`);

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = slowestFiles.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place === -1 ? slowestFiles.length : place;
    };
    // Otherwise in the order of vitest: failed files first, then by their last duration or their size.
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/run/cluster.ts'],
    // Node's own type stripping runs the tests' imports as it runs the product. No module of the project has effects or state on
    // import, so that the files of one worker can share their imports. Importing again for each file took a quarter of the CPU.
    pool: 'forks',
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: SlowestFirst },
    // These limits end tests that hang; they measure nothing. A machine with other work is three times slower.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/run/slowest-files.ts'],
    experimental: { viteModuleRunner: false },
  },
});
