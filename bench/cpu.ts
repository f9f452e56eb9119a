// CPU time of processes, from Linux's own accounting: user and system time in milliseconds since they started.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const msPerTick = 10;

interface Stat {
  pid: number;
  parent: number;
  /** Own time plus that of children who have ended. */
  ticks: number;
}

/** CPU-ms of a process and all its descendants, those who have ended included. */
export function cpuOfTree(root: number): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? []);
  const inTree = new Set([root]);
  // A child has a parent with a smaller distance to the root, not with a smaller pid: repeat until nothing is added.
  for (let before = 0; before !== inTree.size; ) {
    before = inTree.size;
    for (const { pid, parent } of stats) if (inTree.has(parent)) inTree.add(pid);
  }
  const ticks = stats.filter(({ pid }) => inTree.has(pid)).reduce((sum, stat) => sum + stat.ticks, 0);
  return ticks * msPerTick;
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
    return { pid, parent, ticks };
  } catch {
    return undefined;
  }
}
