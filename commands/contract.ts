// npm run contract -- <name>: replays contracts/<name>.json against that subgraph alone, on an embedded PostgreSQL of the
// moment. A subgraph that runs elsewhere, in whatever language: npm run contract -- --contract <file> --schema <file>
// --fixture <file> --url <its GraphQL address>.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readComposedSchema } from '../checks/contract/composed-schema.ts';
import { readContract } from '../checks/contract/contract.ts';
import { httpEndpoint } from '../checks/contract/endpoint.ts';
import { readFixture } from '../checks/contract/fixture.ts';
import { replay } from '../checks/contract/replay.ts';
import { startCluster } from '../local/cluster.ts';
import { embeddedUrls } from '../local/databases.ts';
import { loadOne } from '../local/graph.ts';
import { type Rehearsal, rehearse } from '../local/rehearsal.ts';
import { readEnvironment } from '../platform/environment.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { entryOf } from '../subgraphs/load.ts';
import { print, runCommand } from './command.ts';

const usage = `usage: npm run contract -- <name>
       npm run contract -- --contract <file> --schema <file> --fixture <file> --url <address>`;

await runCommand(async (args) => {
  const { name, elsewhere } = readArguments(args);
  const started = performance.now();
  const { findings, interactions } = elsewhere ? await replayElsewhere(elsewhere) : await replayOurs(name);
  for (const { interaction, check, problem } of findings) print(`✗ ${interaction}, ${check}: ${problem}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(`${name}: ${interactions} interactions replayed in ${seconds} s, ${findings.length} findings`);
  if (findings.length > 0) process.exitCode = 1;
});

interface Elsewhere {
  contract: string;
  schema: string;
  fixture: string;
  url: string;
}

async function replayOurs(name: string): Promise<Rehearsal> {
  const entry = entryOf(readSupergraphMap(), name);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-contract-'));
  try {
    const password = 'contract';
    const [cluster, loaded] = await Promise.all([
      startCluster({ folder: join(folder, 'postgres'), password, durable: false }),
      loadOne(readSupergraphMap(), entry),
    ]);
    try {
      return await rehearse({
        entry,
        loaded,
        urls: embeddedUrls(cluster.adminUrl, [name], () => password),
        environment: readEnvironment({ DATA_DIR: folder, LOG_LEVEL: 'silent', NODE_ENV: 'test' }),
        contracts: resolve('contracts'),
      });
    } finally {
      await cluster.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function replayElsewhere({ contract: file, schema, fixture: fixtureFile, url }: Elsewhere) {
  const contract = readContract(readFileSync(file, 'utf8'), file);
  const fixture = readFixture(fixtureFile);
  const findings = await replay(contract, {
    endpoint: httpEndpoint(url, fixture),
    fixture,
    schema: readComposedSchema(readFileSync(schema, 'utf8')),
  });
  return { findings, interactions: contract.interactions.length };
}

function readArguments(args: readonly string[]): { name: string; elsewhere?: Elsewhere } {
  const text = { type: 'string' } as const;
  let parsed: { values: Partial<Elsewhere>; positionals: string[] };
  try {
    const options = { contract: text, schema: text, fixture: text, url: text };
    parsed = parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw new Error(usage, { cause });
  }
  const { contract, schema, fixture, url } = parsed.values;
  const [name, ...more] = parsed.positionals;
  if (contract !== undefined && schema !== undefined && fixture !== undefined && url !== undefined) {
    if (name !== undefined) throw new Error(usage);
    return { name: url, elsewhere: { contract, schema, fixture, url } };
  }
  if (name === undefined || more.length > 0 || Object.keys(parsed.values).length > 0) throw new Error(usage);
  return { name };
}
