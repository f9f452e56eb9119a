// Loads each federation test graph, with the name of its file in graphs/.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FederationGraph } from './federation-graph.ts';

const folder = join(import.meta.dirname, 'graphs');

/** Each file exports its graph as `graph`. Test files share a process, so a test of a graph with state must reset it. */
export async function everyGraph(): Promise<{ name: string; graph: FederationGraph }[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    files.sort().map(async (file) => {
      const { graph } = (await import(join(folder, file))) as { graph: FederationGraph };
      return { name: file.replace(/\.ts$/, ''), graph };
    }),
  );
}
