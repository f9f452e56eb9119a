// Each subgraph of this project keeps its contract, replayed against the subgraph alone with the rows of its fixture.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';
import { loadSubgraphFiles } from '../../../local/graph/loaded-graph.ts';
import { rehearse } from '../../../local/rehearsal/rehearsal.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { buildDatabaseUrls, query } from '../../support/databases.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const map = readSupergraphMap();
const dataDir = temporaryFolder();
const drops: string[] = [];
afterAll(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  for (const database of drops)
    await query(inject('adminUrl'), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
});

test.each(map.subgraphs.map(({ name }) => name))('%s keeps its contract', async (name) => {
  const entry = map.subgraphs.find((one) => one.name === name);
  if (entry === undefined) throw new Error(`the map has no ${name}`);
  const database = `${name}_${randomBytes(5).toString('hex')}`;
  drops.push(database);
  const { findings, interactions } = await rehearse({
    entry,
    loaded: await loadSubgraphFiles(map, entry),
    urls: new Map([[name, buildDatabaseUrls(inject('adminUrl'), name, database)]]),
    environment: readEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', NODE_ENV: 'test' }),
    contracts: resolve('contracts'),
  });
  expect(findings).toEqual([]);
  expect(interactions).toBeGreaterThan(0);
});
