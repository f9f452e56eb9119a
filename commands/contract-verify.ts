// npm run contract:verify -- <name>: replays contracts/<name>.json against that subgraph alone, on an embedded PostgreSQL
// that runs as long as the command. A subgraph that runs elsewhere, in any language: npm run contract:verify --
// --contract <file> --schema <file> --fixture <file> --url <its GraphQL address>.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readComposedSchema } from '../checks/contract/composed-schema.ts';
import { readContract } from '../checks/contract/contract.ts';
import { httpEndpoint, requireReachable } from '../checks/contract/endpoint.ts';
import { addCallers, readFixture } from '../checks/contract/fixture.ts';
import { replay } from '../checks/contract/replay.ts';
import { formatCount, print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';

const usage = `usage: npm run contract:verify -- <name>
       npm run contract:verify -- --contract <file> --schema <file> --fixture <file> --url <address>`;

await runCommand(async (args) => {
  const { name, remote: elsewhere } = readArguments(args);
  const started = performance.now();
  const { findings, interactions } = elsewhere ? await replayByAddress(elsewhere) : await replayByName(name);
  for (const { interaction, check, problem } of findings) print(`✗ ${interaction}, ${check}: ${problem}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const replayed = formatCount(interactions, 'interaction');
  print(`${name}: ${replayed} replayed in ${seconds} s, ${formatCount(findings.length, 'finding')}`);
  if (findings.length > 0) process.exitCode = 1;
});

interface RemoteSubgraph {
  contract: string;
  schema: string;
  fixture: string;
  url: string;
}

async function replayByName(name: string) {
  // Imported only now: a subgraph that runs elsewhere needs no database.
  const { rehearseAlone } = await import('../local/rehearsal/rehearse-alone.ts');
  return rehearseAlone(name, resolve('contracts'));
}

async function replayByAddress({ contract: file, schema, fixture: fixtureFile, url }: RemoteSubgraph) {
  const contract = readContract(readText(file), file);
  const composed = readComposedSchema(readText(schema), schema);
  const fixture = readFixture(fixtureFile);
  const endpoint = httpEndpoint(url, addCallers(fixture, contract));
  await requireReachable(url);
  const findings = await replay(contract, { endpoint, fixture, schema: composed });
  return { findings, interactions: contract.interactions.length };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read; npm run contract:record writes contracts and their schema`, {
      cause,
    });
  }
}

function readArguments(args: readonly string[]): { name: string; remote?: RemoteSubgraph } {
  const text = { type: 'string' } as const;
  let parsed: { values: Partial<RemoteSubgraph>; positionals: string[] };
  try {
    const options = { contract: text, schema: text, fixture: text, url: text };
    parsed = parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
  const { contract, schema, fixture, url } = parsed.values;
  const [name, ...more] = parsed.positionals;
  if (contract !== undefined && schema !== undefined && fixture !== undefined && url !== undefined) {
    if (name !== undefined) throw new UsageError(usage);
    return { name: url, remote: { contract, schema, fixture, url } };
  }
  if (name === undefined || more.length > 0 || Object.keys(parsed.values).length > 0)
    throw new UsageError(usage);
  return { name };
}
