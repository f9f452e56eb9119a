// Prints the slowest test files at the end of a run, so that one knows where to begin when the tests must become faster.
import type { Reporter, TestModule } from 'vitest/node';

const maxListed = 10;

export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= maxListed) return;
    const slowest = modules
      .map((module) => ({ file: module.relativeModuleId, ms: getDuration(module) }))
      .toSorted((one, other) => other.ms - one.ms)
      .slice(0, maxListed);
    const lines = slowest.map(({ file, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`);
    process.stdout.write(`\n Slowest files\n${lines.join('\n')}\n`);
  }
}

/** The time of a file with its imports and its hooks. */
function getDuration(module: TestModule): number {
  const { prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
  return prepareDuration + collectDuration + setupDuration + duration;
}
