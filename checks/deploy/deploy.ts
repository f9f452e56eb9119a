// Decides whether a subgraph can be deployed: which subgraphs differ from the base, and which mixtures of versions break operations.
import type { Comparison } from '../schema/comparison.ts';
import type { Verdict } from '../schema/report.ts';
import { formatDeployReport } from './deploy-report.ts';
import { buildMatrix, findChangedSubgraphs, groupUnits } from './matrix.ts';

/** Throws when neither version has the subgraph. */
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
  const changed = findChangedSubgraphs(comparison);
  if (!changed.includes(subgraph)) {
    const others = changed.length === 0 ? '' : `; these differ: ${changed.join(', ')}`;
    return {
      lines: [heading, '', `${subgraph}: its schema means what the deployed one does${others}. Passed.`],
      passes: true,
    };
  }
  return formatDeployReport(buildMatrix(comparison, groupUnits(subgraph, changed)), { heading, anyOrder });
}
