// npm run events [-- --check]: prints the catalogue of events, and writes it to api/events.asyncapi.json and to the tables of docs/events.md.
// With --check it only compares.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildCatalogue } from '../checks/events/catalogue.ts';
import { printCatalogue } from '../checks/events/catalogue-pages.ts';
import { buildEventFiles, eventsPagePath } from '../checks/events/files.ts';
import { settleFiles } from '../local/derived-files.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

const root = resolve(import.meta.dirname, '..');

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new UsageError('usage: npm run events [-- --check]');
  const isCheck = args.includes('--check');
  const publishers = buildCatalogue(await Promise.all(readSupergraphMap().subgraphs.map(loadSubgraph)));
  if (!isCheck) for (const line of printCatalogue(publishers)) print(line);
  const page = readFileSync(resolve(root, eventsPagePath), 'utf8');
  const files = Object.entries(buildEventFiles(publishers, page));
  settleFiles(
    'npm run events',
    files.map(([path, text]) => ({ path: resolve(root, path), text })),
    { isCheck },
  );
});
