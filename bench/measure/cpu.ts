// The CPU-milliseconds that processes have used since they started, and their current memory, from Linux's accounting. A process
// is measured with all its descendants, because a peer may start processes of its own.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const msPerTick = 10;

/** /proc counts memory in pages, which have 4 kB on every machine that the bench runs on. */
const pageBytes = 4096;

interface Stat {
  pid: number;
  parent: number;
  /** The time of the process and of its ended children. */
  ticks: number;
  pages: number;
}

export interface Usage {
  cpuMs: number;
  rssMb: number;
}

/** CPU-ms and memory of processes and all their descendants; CPU of those who have ended included. */
export function readUsage(roots: readonly number[]): Usage {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const inTree = new Set(roots);
  // The list is not ordered by parents, so this repeats until no descendant is added.
  for (let before = 0; before !== inTree.size; ) {
    before = inTree.size;
    for (const { pid, parent } of stats) if (inTree.has(parent)) inTree.add(pid);
  }
  const ofTree = stats.filter(({ pid }) => inTree.has(pid));
  return {
    cpuMs: ofTree.reduce((sum, { ticks }) => sum + ticks, 0) * msPerTick,
    rssMb: (ofTree.reduce((sum, { pages }) => sum + pages, 0) * pageBytes) / 1_048_576,
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
