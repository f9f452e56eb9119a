import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take ten seconds and more. They come first, so that no worker is left alone with one at the end. */
export const slowestFiles = [
  'faults/sweep',
  'commands/start',
  'journeys/processes',
  'faults/mutants',
  'faults/chaos/chaos',
  'gateway/supergraph/reload-map',
  'journeys/one-process',
  'payments/on-provider-event-worlds',
  'purchases/restate/crash',
  'outage/real-graph',
  'federation/compiled-plans',
  'federation/merge-property',
  'containers/containers',
  'gateway/supergraph/reload',
  'commands/migrate',
  'faults/postgres',
  'commands/gateway-start',
].map((name) => `test/${name}.test.ts`);

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = slowestFiles.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place === -1 ? slowestFiles.length : place;
    };
    // As they come in a folder where nothing ran before: failed ones first, then by what they took or their size.
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/cluster.ts'],
    // Node's own type stripping runs the tests' imports as it runs the product. Nothing in the project does or keeps anything
    // on import, so that the files of one worker may share what they import: a quarter of the CPU went into importing anew.
    pool: 'forks',
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: SlowestFirst },
    // Guards against what hangs, not measures: a machine that does other things as well is three times slower.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/support/slowest-files.ts'],
    experimental: { viteModuleRunner: false },
  },
});
