// One schema check: composes both graphs, compares their API schemas, and assesses the impact on the registered operations.

import { buildApiSchema, findComposedDirectives } from '../plan/graph-schemas.ts';
import { type ClientView, findChanges } from './changes.ts';
import type { Comparison } from './comparison.ts';
import { type Composed, composeVersion, listOperations } from './graph-version.ts';
import { assessImpact } from './impact.ts';
import { formatReport, type Verdict } from './report.ts';

export interface CheckOptions {
  allowUnused: boolean;
  /** The composed graphs, when the caller has them already. */
  composed?: { base: Composed; candidate: Composed };
}

export async function checkSchema(
  { base, candidate }: Comparison,
  { allowUnused, composed }: CheckOptions,
): Promise<Verdict> {
  const heading = `Schema check: ${candidate.label} against ${base.label}`;
  const now = composed?.candidate ?? composeVersion(candidate);
  if (now.supergraphSdl === undefined) return reportCompositionErrors(heading, candidate.label, now.problems);
  const before = composed?.base ?? composeVersion(base);
  if (before.supergraphSdl === undefined)
    return reportCompositionErrors(heading, base.label, before.problems);
  const [old, fresh] = [readClientView(before.supergraphSdl), readClientView(now.supergraphSdl)];
  const operations = listOperations(base, candidate);
  const judgement = assessImpact(await findChanges(old, fresh), operations, old.apiSchema, fresh.apiSchema);
  return formatReport(judgement, { heading, operations: operations.length, allowUnused });
}

function readClientView(supergraphSdl: string): ClientView {
  return { apiSchema: buildApiSchema(supergraphSdl), directives: findComposedDirectives(supergraphSdl) };
}

function reportCompositionErrors(heading: string, label: string, problems: readonly string[]): Verdict {
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
