// A graph of 200 entity types beside those of the canned subgraphs, in versions that differ by a description and by one field.
import type { CannedGraph } from '../workloads/gateway/subjects.ts';

export const typeCount = 200;

/** The canned subgraphs with the types: one subgraph has their names and relations, another one their prices. */
export function addTypes(subgraphs: CannedGraph['subgraphs']): CannedGraph['subgraphs'] {
  return subgraphs.map(({ sdl, ...subgraph }) => ({ ...subgraph, sdl: sdl + buildTypes(subgraph.name) }));
}

function buildTypes(subgraph: string): string {
  const numbers = Array.from({ length: typeCount }, (_, number) => number);
  if (subgraph === 'products') return numbers.map(buildNamed).join('');
  if (subgraph === 'inventory') return numbers.map(buildPriced).join('');
  return '';
}

function buildNamed(number: number): string {
  const next = (number + 1) % typeCount;
  return `\ntype Thing${number} @key(fields: "id") { id: ID! name: String! next: Thing${next} }\n`;
}

function buildPriced(number: number): string {
  return `\ntype Thing${number} @key(fields: "id") { id: ID! price: Int }\n`;
}

/** The same supergraph for each client, and another one for the gateway. */
export function buildVersion(supergraphSdl: string, version: number): string {
  return supergraphSdl.replace(/^type Thing0\b/m, `"Version ${version}."\n$&`);
}
