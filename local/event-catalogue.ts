// Shows the catalogue of events, and keeps the two files that follow from it: the AsyncAPI document and the tables of docs/events.md.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { asyncApiPath, formatAsyncApi } from '../checks/events/asyncapi.ts';
import { buildCatalogue } from '../checks/events/catalogue.ts';
import { printCatalogue, writeTables } from '../checks/events/catalogue-pages.ts';
import { print } from '../platform/process/command.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';
import { settleFiles } from './derived-files.ts';

const root = resolve(import.meta.dirname, '..');

/** As a check it prints nothing, and throws an error that names the files which are out of date. */
export async function showCatalogue({ isCheck }: { isCheck: boolean }): Promise<void> {
  const publishers = buildCatalogue(await Promise.all(readSupergraphMap().subgraphs.map(loadSubgraph)));
  if (!isCheck) for (const line of printCatalogue(publishers)) print(line);
  const page = resolve(root, 'docs/events.md');
  const files = [
    { path: resolve(root, asyncApiPath), text: formatAsyncApi(publishers) },
    { path: page, text: writeTables(readFileSync(page, 'utf8'), publishers) },
  ];
  settleFiles('npm run events', files, { isCheck });
}
