// The options of `npm run bench`, and the parts that it measures without any.
import { parseArgs } from 'node:util';
import { UsageError } from '../platform/process/lifecycle.ts';

export const parts = ['queries', 'gateway', 'checkout', 'sign-ins', 'memory', 'reloads', 'events'] as const;
export type Part = (typeof parts)[number];

/** All parts but memory, reloads and events, which take long. */
const usualParts: readonly Part[] = ['queries', 'gateway', 'checkout', 'sign-ins'];

export interface Options {
  parts: readonly Part[];
  isQuick: boolean;
  /** The subjects to measure; undefined for all. */
  subjects: readonly string[] | undefined;
  questions: readonly string[] | undefined;
  clients: readonly number[] | undefined;
  rounds: number | undefined;
  /** False for a partial run, which is printed and not written to results/. */
  isWhole: boolean;
}

export const usage = `usage: npm run bench [-- options]
  --quick               two minutes in place of fifteen; writes no results
  --only <part>         ${parts.join(', ')}; may be given more than once. memory (280,000
                        requests), reloads (1,000 of them) and events (10 minutes under an old snapshot) are measured only when they are named
  --subjects a,b        only these subjects of the queries or the gateway; --queries x,y: only these queries;
  --clients 1,16        only so many clients at once; --rounds n (of memory: so
                        many times 20,000 usual requests at its start; of events: minutes under the snapshot). With any of them no results are written`;

/** Throws a UsageError with the problem and the usage. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const only = values.only?.flatMap(parseList) ?? usualParts;
  const unknown = only.find((part) => !parts.includes(part as Part));
  if (unknown !== undefined) throw new UsageError(`There is no part "${unknown}".\n${usage}`);
  const { subjects, queries, clients, rounds } = values;
  return {
    parts: only as Part[],
    isQuick: values.quick,
    subjects: subjects === undefined ? undefined : parseList(subjects),
    questions: queries === undefined ? undefined : parseList(queries),
    clients: clients === undefined ? undefined : parseList(clients).map(Number),
    rounds: rounds === undefined ? undefined : Number(rounds),
    isWhole: !values.quick && [subjects, queries, clients, rounds].every((value) => value === undefined),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        subjects: { type: 'string' },
        queries: { type: 'string' },
        clients: { type: 'string' },
        rounds: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    const [problem] = (cause as Error).message.split('. ');
    throw new UsageError(`${problem}. The options are in: npm run bench -- --help`, { cause });
  }
}

function parseList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}
