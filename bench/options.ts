// What may be said behind `npm run bench --`, and what is measured when nothing is.
import { parseArgs } from 'node:util';

export const parts = ['queries', 'gateway', 'checkout', 'memory'] as const;
export type Part = (typeof parts)[number];

/** All but the one that takes long because it asks often. */
const usualParts: readonly Part[] = ['queries', 'gateway', 'checkout'];

export interface Options {
  parts: readonly Part[];
  isQuick: boolean;
  /** Of the parts that have them; undefined: all. */
  subjects: readonly string[] | undefined;
  questions: readonly string[] | undefined;
  clients: readonly number[] | undefined;
  rounds: number | undefined;
  /** A run of a part of everything is no result: it is printed and written nowhere. */
  isWhole: boolean;
}

export const usage = `npm run bench [-- options]
  --quick               two minutes in place of fifteen; writes no results
  --only <part>         ${parts.join(', ')}; may be given more than once. memory (200,000 requests) is
                        measured only when it is named
  --subjects a,b        only these subjects of the queries or the gateway; --queries x,y: only these queries;
  --clients 1,16        only so many clients at once; --rounds n. With any of them no results are written`;

/** Throws an Error with what is wrong and how to say it. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      subjects: { type: 'string' },
      queries: { type: 'string' },
      clients: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const only = values.only?.flatMap(listOf) ?? usualParts;
  const unknown = only.find((part) => !parts.includes(part as Part));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}".\n${usage}`);
  const { subjects, queries, clients, rounds } = values;
  return {
    parts: only as Part[],
    isQuick: values.quick,
    subjects: subjects === undefined ? undefined : listOf(subjects),
    questions: queries === undefined ? undefined : listOf(queries),
    clients: clients === undefined ? undefined : listOf(clients).map(Number),
    rounds: rounds === undefined ? undefined : Number(rounds),
    isWhole: !values.quick && [subjects, queries, clients, rounds].every((value) => value === undefined),
  };
}

function listOf(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}
