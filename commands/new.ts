// npm run new -- <name> [--type <Type>]: writes a subgraph that starts and passes the tests, to change into one of your own.
// npm run new -- <name> [--type <Type>] --remove [--force]: takes it away again; with --force also when its files were changed.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addSubgraph } from '../local/new/add-subgraph.ts';
import { runInterruptibly } from '../local/new/interruption.ts';
import { buildNames } from '../local/new/names.ts';
import { removeSubgraph } from '../local/new/remove-subgraph.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';

const root = resolve(import.meta.dirname, '..');
const usage = 'usage: npm run new -- <name> [--type <Type>] [--remove [--force]]';

await runCommand(async (args) => {
  const { name, type, remove, force } = readArguments(args);
  const names = buildNames(name, type);
  if (remove) {
    await runInterruptibly((interruption) => removeSubgraph(root, names, force, interruption));
    print(`removed ${name}. A local database of it stays until npm start -- --fresh`);
    return;
  }
  const written = await runInterruptibly((interruption) => addSubgraph(root, names, interruption));
  for (const path of written) print(`wrote ${path}`);
  print(`added ${name} to supergraph.yaml, and to all that follows from it`);
  print(
    `Next: npm start, and docs/subgraphs.md. To take it away: npm run new -- ${[...args, '--remove'].join(' ')}`,
  );
});

function readArguments(args: readonly string[]) {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { type: { type: 'string' }, remove: flag, force: flag },
      allowPositionals: true,
    });
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0 || (values.force && !values.remove))
      throw new UsageError(usage);
    return { ...values, name };
  } catch (cause) {
    throw cause instanceof UsageError ? cause : new UsageError(usage, { cause });
  }
}
