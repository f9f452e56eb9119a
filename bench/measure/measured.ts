// What a measurement hands to its report: the figures, how long each window took, and the machine that they were taken on.
import { cpus, loadavg } from 'node:os';
import type { Cell } from './figures.ts';

/** Figures, and how they came about. */
export interface Measured {
  cells: readonly Cell[];
  windowMs: number;
  machine: Machine;
}

export interface Machine {
  cores: number;
  model: string;
  node: string;
  /** What else ran: processes that wanted a core in the minute before the run. */
  loadBefore: number;
}

/** To be asked before anything is started. */
export function readMachine(): Machine {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    loadBefore: loadavg()[0] ?? 0,
  };
}
