// Finds the orders of deployment that pass through safe cells of the matrix only. A subgraph is deployed in two steps, in either
// order: its processes are rolled out, and a supergraph with its new SDL is published.
import type { Cell, Matrix } from './matrix.ts';

export interface Step {
  what: 'processes' | 'supergraph';
  letter: string;
}

export function isSafe({ composition, breaks }: Cell): boolean {
  return composition.length === 0 && breaks.length === 0;
}

/** The orders in which one unit can be deployed after the deployed ones. */
export function findOrders(matrix: Matrix, letter: string, deployed: string): Step['what'][] {
  const both = addLetter(deployed, letter);
  if (!isSafe(matrix.cell(both, both))) return [];
  return [
    ...(isSafe(matrix.cell(deployed, both)) ? ['processes' as const] : []),
    ...(isSafe(matrix.cell(both, deployed)) ? ['supergraph' as const] : []),
  ];
}

/** The shortest safe sequence of steps that deploys the whole change; undefined when there is none. */
export function findSafeOrder(matrix: Matrix): Step[] | undefined {
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
          supergraph: what === 'supergraph' ? addLetter(supergraph, letter) : supergraph,
          running: what === 'processes' ? addLetter(running, letter) : running,
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

function addLetter(set: string, letter: string): string {
  return [...new Set([...set, ...letter])].sort().join('');
}
