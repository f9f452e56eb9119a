// One judgement of a deployment: what differs from the base, in which mixtures of versions, and what they break.
import type { Comparison } from '../schema/comparison.ts';
import type { Verdict } from '../schema/report.ts';
import { deployReport } from './deploy-report.ts';
import { changedSubgraphs, matrixOf, unitsOf } from './matrix.ts';

/** Throws when neither version has such a subgraph. */
export function canDeploy(
  subgraph: string,
  comparison: Comparison,
  { anyOrder }: { anyOrder: boolean },
): Verdict {
  const { base, candidate } = comparison;
  const names = [...new Set([...candidate.map.subgraphs, ...base.map.subgraphs].map(({ name }) => name))];
  if (!names.includes(subgraph)) {
    throw new Error(`No subgraph is named "${subgraph}"; there are ${names.join(', ')}`);
  }
  const heading = `Can ${subgraph} be deployed? ${candidate.label} against ${base.label}`;
  const changed = changedSubgraphs(comparison);
  if (!changed.includes(subgraph)) {
    const others = changed.length === 0 ? '' : `; what differs is ${changed.join(', ')}`;
    return {
      lines: [heading, '', `${subgraph}: its schema means what the deployed one does${others}. Passed.`],
      passes: true,
    };
  }
  return deployReport(matrixOf(comparison, unitsOf(subgraph, changed)), { heading, anyOrder });
}
