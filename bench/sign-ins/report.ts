// What a storm of sign-ins costs the clients who are signed in, as text.
import { median } from '../measure/figures.ts';
import type { Machine } from '../measure/measured.ts';
import type { StormCounts } from './storm.ts';

/** One window without a storm, and one right after it with one. */
export interface Round {
  quiet: { p50: number; p99: number };
  storm: { p50: number; p99: number };
  counts: StormCounts;
  /** How long single sign-ins from another address took meanwhile, in milliseconds. */
  honestMs: readonly number[];
}

export interface StormRow {
  clients: number;
  addresses: number;
  rounds: readonly Round[];
}

/** The p99 of queries may be so many times that without sign-ins. */
const maxRatio = 3;

export function formatSignInsReport(rows: readonly StormRow[], { cores, model, node }: Machine): string {
  const isMet = rows.every((row) => findP99Ratio(row) <= maxRatio);
  return [
    '# What a storm of sign-ins costs others',
    '',
    'One process, gateway and subgraphs. Four signed-in clients send the query of one field, in windows without and with clients who',
    'sign in with wrong passwords, in turns. Of these, one that is refused for overload comes again after the time that it was told.',
    `Figures are medians of the rounds. ${cores} cores (${model}), Node ${node}.`,
    '',
    '| who sign in | from addresses | p99 of queries, ms | with sign-ins | ratio | p50 | with sign-ins | hashed | overloaded | other answers | a sign-in from another address, ms |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(formatRow),
    '',
    `The p99 of queries stays within ${maxRatio} times: ${isMet ? 'met' : 'not met'}.`,
    '',
  ].join('\n');
}

export function findP99Ratio({ rounds }: StormRow): number {
  return median(rounds.map(({ quiet, storm }) => storm.p99 / quiet.p99));
}

function formatRow(row: StormRow): string {
  const { clients, addresses, rounds } = row;
  const find = (pick: (round: Round) => number) => median(rounds.map(pick));
  const cells = [
    clients,
    addresses,
    find(({ quiet }) => quiet.p99).toFixed(1),
    find(({ storm }) => storm.p99).toFixed(1),
    findP99Ratio(row).toFixed(2),
    find(({ quiet }) => quiet.p50).toFixed(1),
    find(({ storm }) => storm.p50).toFixed(1),
    find(({ counts }) => counts.hashed),
    find(({ counts }) => counts.overloaded),
    find(({ counts }) => counts.other),
    median(rounds.flatMap(({ honestMs }) => honestMs)).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}
