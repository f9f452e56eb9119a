// npm run compose:docker [-- --check]: writes the containers of docker-compose.yml, and the variables of .env.example, for the
// subgraphs of supergraph.yaml; with --check it only compares.
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { buildWrittenFiles } from '../local/containers/written-files.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new UsageError('usage: npm run compose:docker [-- --check]');
  const map = readSupergraphMap(undefined, {});
  const stale = (await buildWrittenFiles(map)).filter(({ current, text }) => current !== text);
  if (args.includes('--check')) {
    if (stale.length === 0) return;
    const files = stale.map(({ file }) => file).join(', ');
    throw new Error(`not what supergraph.yaml says: ${files}; run: npm run compose:docker`);
  }
  for (const { file, text } of stale) {
    writeFileSync(resolve(dirname(map.file), file), text);
    print(`wrote ${file}`);
  }
});
