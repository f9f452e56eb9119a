// Which ways lead through the safe cells of a matrix. A subgraph is deployed in two steps, in either order: its processes
// are rolled out, and a supergraph composed with its new SDL is published.
import type { Cell, Matrix } from './matrix.ts';

export interface Step {
  what: 'processes' | 'supergraph';
  letter: string;
}

export function isSafe({ composition, breaks }: Cell): boolean {
  return composition.length === 0 && breaks.length === 0;
}

/** The orders in which one unit may follow when these are deployed already. */
export function ordersFor(matrix: Matrix, letter: string, deployed: string): Step['what'][] {
  const together = union(deployed, letter);
  if (!isSafe(matrix.cell(together, together))) return [];
  return [
    ...(isSafe(matrix.cell(deployed, together)) ? ['processes' as const] : []),
    ...(isSafe(matrix.cell(together, deployed)) ? ['supergraph' as const] : []),
  ];
}

/** A shortest safe way from what is deployed to the whole change; undefined where there is none. */
export function safeOrder(matrix: Matrix): Step[] | undefined {
  const all = matrix.sets.at(-1) ?? '';
  const letters = [...all];
  const queue: { supergraph: string; running: string; steps: Step[] }[] = [
    { supergraph: '', running: '', steps: [] },
  ];
  const seen = new Set(['/']);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { supergraph, running, steps } = next;
    if (supergraph === all && running === all) return steps;
    for (const letter of letters) {
      for (const what of ['processes', 'supergraph'] as const) {
        const to = {
          supergraph: what === 'supergraph' ? union(supergraph, letter) : supergraph,
          running: what === 'processes' ? union(running, letter) : running,
        };
        const key = `${to.supergraph}/${to.running}`;
        if (seen.has(key) || !isSafe(matrix.cell(to.supergraph, to.running))) continue;
        seen.add(key);
        queue.push({ ...to, steps: [...steps, { what, letter }] });
      }
    }
  }
  return undefined;
}

function union(set: string, letter: string): string {
  return [...new Set([...set, ...letter])].sort().join('');
}
