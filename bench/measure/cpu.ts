// What processes have used, from Linux's own accounting: CPU-milliseconds since they started, and memory now. A process
// counts with all its descendants, so that nothing is left out because a peer started it somewhere else.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const msPerTick = 10;

/** Pages of memory are counted in /proc; 4 kB each on every machine that we run on. */
const pageBytes = 4096;

interface Stat {
  pid: number;
  parent: number;
  /** Own time plus that of children who have ended. */
  ticks: number;
  pages: number;
}

export interface Usage {
  cpuMs: number;
  rssMb: number;
}

/** CPU-ms and memory of processes and all their descendants; CPU of those who have ended included. */
export function usageOf(roots: readonly number[]): Usage {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const inTree = new Set(roots);
  // A child has a parent with a smaller distance to the root, not with a smaller pid: repeat until nothing is added.
  for (let before = 0; before !== inTree.size; ) {
    before = inTree.size;
    for (const { pid, parent } of stats) if (inTree.has(parent)) inTree.add(pid);
  }
  const ours = stats.filter(({ pid }) => inTree.has(pid));
  return {
    cpuMs: ours.reduce((sum, { ticks }) => sum + ticks, 0) * msPerTick,
    rssMb: (ours.reduce((sum, { pages }) => sum + pages, 0) * pageBytes) / 1_048_576,
  };
}

function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets; what follows its last bracket is plain numbers.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
    return { pid, parent, ticks, pages: fields[21] ?? 0 };
  } catch {
    return undefined;
  }
}
