// npm run migrate in tests: the command, and what its status prints.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../../subgraphs/load.ts';
import { runCommand } from '../../support/commands.ts';
import type { Variables } from '../../support/processes.ts';

const map = readSupergraphMap();
export const names = map.subgraphs.map(({ name }) => name);

/** Runs the command, without the lines that say which database each subgraph has. */
export async function migrate(args: readonly string[], variables: Variables, cwd?: string) {
  const { stdout, ...answer } = await runCommand('migrate', args, variables, cwd);
  return { ...answer, stdout: stdout.replaceAll(placeLine, '') };
}

export const placeLine = /^\w+: (?:the database \w+ at|there is no database yet at) .*\n/gm;

export async function migrationsOf(name: string): Promise<string[]> {
  const { migrations } = await loadSubgraph(findEntry(map, name));
  return migrations.map((migration) => migration.name);
}

/** What status says of one subgraph, whose newest migrations may be pending. */
export async function statusOf(name: string, pending = 0): Promise<string> {
  const migrations = await migrationsOf(name);
  const state = (index: number) => (index < migrations.length - pending ? 'applied' : 'pending');
  return migrations.map((migration, index) => `${name}: ${state(index)} ${migration}\n`).join('');
}

/** Process number of the PostgreSQL in a data folder; 0 while there is none. */
export function postmaster(dataDir: string): number {
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0;
}
