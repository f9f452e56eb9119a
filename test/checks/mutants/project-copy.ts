// Copies of the project in which one subgraph is patched. Only that subgraph's folder is copied: the rest, which nothing
// here changes, is linked, so that thirty copies share one platform and one process can load them all.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { GraphVersion } from '../../../checks/schema/graph-version.ts';
import { readWorkingTree } from '../../../checks/schema/graph-version.ts';
import { readSupergraphMap, type SubgraphEntry } from '../../../platform/supergraph-map.ts';
import type { Patch } from './mutant.ts';

const project = resolve(import.meta.dirname, '../../..');

/** A subgraph of the tests' own beside those of the project. */
const shipping = 'test/checks/shipping';
const shippingEntry = `  shipping:
    routing_url: http://127.0.0.1:4009/graphql
    schema:
      file: ${shipping}/schema.graphql
`;

/** Writes what all copies share into an empty folder: what code is looked up in, and the registered operations. */
export function prepare(folder: string): void {
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(project, name), join(folder, name));
  for (const operations of [join(project, 'operations'), join(project, shipping, 'operations')])
    cpSync(operations, join(folder, 'operations'), { recursive: true });
}

export interface Patched {
  version: GraphVersion;
  /** Where its contracts are to lie. */
  contracts: string;
}

/** The project under `name` in a prepared folder, with one subgraph copied and patched. */
export function copyWith(folder: string, name: string, subgraph: string, patches: readonly Patch[]): Patched {
  const root = join(folder, name);
  mkdirSync(root);
  symlinkSync(join(project, 'platform'), join(root, 'platform'));
  const map = `${readFileSync(join(project, 'supergraph.yaml'), 'utf8')}${shippingEntry}`;
  writeFileSync(join(root, 'supergraph.yaml'), map);
  for (const entry of readSupergraphMap(join(root, 'supergraph.yaml')).subgraphs) {
    const from = entry.folder.replace(root, project);
    mkdirSync(dirname(entry.folder), { recursive: true });
    if (entry.name === subgraph) cpSync(from, entry.folder, { recursive: true });
    else symlinkSync(from, entry.folder);
    if (entry.name === subgraph) for (const patch of patches) apply(entry, patch);
  }
  const version = readWorkingTree({
    supergraphFile: join(root, 'supergraph.yaml'),
    operationsFolder: join(folder, 'operations'),
  });
  return { version, contracts: join(root, 'contracts') };
}

function apply({ folder, name }: SubgraphEntry, [file, text, instead]: Patch): void {
  const path = join(folder, file);
  const parts = readFileSync(path, 'utf8').split(text);
  if (parts.length !== 2)
    throw new Error(`subgraphs/${name}/${file} has ${parts.length - 1} times, not once: ${text}`);
  writeFileSync(path, parts.join(instead));
}
