// One schema check: compose both graphs, compare what clients see, judge the registered operations.

import { apiSchemaOf, composedDirectives } from '../plan/graph-schemas.ts';
import { changesBetween, type Graph } from './changes.ts';
import type { Comparison } from './comparison.ts';
import { type Composed, composeVersion, operationsOf } from './graph-version.ts';
import { judge } from './impact.ts';
import { reportOf, type Verdict } from './report.ts';

export interface CheckOptions {
  allowUnused: boolean;
  /** The two as they compose, where that is known already. */
  composed?: { base: Composed; candidate: Composed };
}

export async function checkSchema(
  { base, candidate }: Comparison,
  { allowUnused, composed }: CheckOptions,
): Promise<Verdict> {
  const heading = `Schema check: ${candidate.label} against ${base.label}`;
  const now = composed?.candidate ?? composeVersion(candidate);
  if (now.supergraphSdl === undefined) return doesNotCompose(heading, candidate.label, now.problems);
  const before = composed?.base ?? composeVersion(base);
  if (before.supergraphSdl === undefined) return doesNotCompose(heading, base.label, before.problems);
  const [old, fresh] = [graphOf(before.supergraphSdl), graphOf(now.supergraphSdl)];
  const operations = operationsOf(base, candidate);
  const judgement = judge(await changesBetween(old, fresh), operations, old.apiSchema, fresh.apiSchema);
  return reportOf(judgement, { heading, operations: operations.length, allowUnused });
}

function graphOf(supergraphSdl: string): Graph {
  return { apiSchema: apiSchemaOf(supergraphSdl), directives: composedDirectives(supergraphSdl) };
}

function doesNotCompose(heading: string, label: string, problems: readonly string[]): Verdict {
  const count = `${problems.length} composition ${problems.length === 1 ? 'error' : 'errors'}`;
  return {
    lines: [
      heading,
      '',
      'Does not compose',
      ...problems.map((problem) => `  ✗ ${problem}`),
      '',
      `${count} in ${label}. Failed.`,
    ],
    passes: false,
  };
}
