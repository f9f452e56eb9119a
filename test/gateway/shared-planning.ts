// One set of planner threads for all gateways that the tests of a process open: a thread takes half a second to start.
import { Planning } from '../../gateway/planning/planning.ts';
import { silent } from '../support/silent-log.ts';

let planning: Planning | undefined;

/** Stays open until the process ends; its threads do not keep the process alive. The bounds leave room for a busy machine. */
export function getSharedPlanning(): Planning {
  planning ??= new Planning({ timeoutMs: 30_000, memoryMb: 512, maxWaitMs: 30_000 }, silent);
  return planning;
}
