// Fields that need others (@requires) which need others themselves: the planner asks for some of them too early, beside or
// even before the fetch that brings what they need, and their subgraph gets to know nothing of it. Here a plan is put into an
// order in which whatever a fetch needs has been brought. Plans that are in order stay as they are.
import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import {
  findFetches,
  getFetchedFields,
  getFetchedPaths,
  getFieldPaths,
  getFieldSetFields,
  getRequiredPaths,
  type PlannedFetch,
  parseFetch,
  printFieldPath,
  type SelectedField,
} from './fetched-fields.ts';
import { buildFieldFetch, removeFields } from './field-fetch.ts';
import { type RequiredFields, readRequiredFields } from './required-fields.ts';

/** For Apollo's own executor, which makes and keeps plans of its own: each is put into order once. */
export function createPlanOrderer(): {
  onSupergraph: (supergraphSdl: string) => void;
  onPlan: (made: { queryPlan: QueryPlan }) => void;
} {
  let required: RequiredFields | undefined;
  const seen = new WeakSet<QueryPlan>();
  return {
    onSupergraph: (supergraphSdl) => {
      required = readRequiredFields(supergraphSdl);
    },
    onPlan: ({ queryPlan }) => {
      if (required === undefined || seen.has(queryPlan)) return;
      seen.add(queryPlan);
      orderFetches(queryPlan, required);
    },
  };
}

/** Changes the plan itself. */
export function orderFetches(plan: QueryPlan, required: RequiredFields): void {
  const { node } = plan;
  if (!required.hasAny || node === undefined || node.kind === 'Subscription') return;
  let ordered: PlanNode = node;
  for (const fetch of findFetches(node)) {
    const document = parseFetch(fetch);
    const moved = findEarlyFields(fetch, document, required).flatMap(({ field, needs }) => {
      const later = buildFieldFetch(fetch, document, field, required);
      return later === undefined ? [] : [{ field, needs, later }];
    });
    if (moved.length === 0) continue;
    removeFields(
      fetch,
      document,
      moved.map(({ field }) => field),
      required,
    );
    for (const { field, needs, later } of moved) {
      const name = printFieldPath(field.path, field.field.name.value);
      const wanted = getFieldPaths(needs);
      const needsIt = (other: PlannedFetch) => getRequiredPaths(other, required.types).has(name);
      const bringsForIt = (other: PlannedFetch) =>
        other.node === fetch.node || hasSomeOf(getFetchedPaths(other, required.types), wanted);
      ordered = insertFetch(ordered, later, needsIt, bringsForIt);
    }
  }
  plan.node = orderParallelNodes(ordered, new Set(), required);
}

interface EarlyField {
  field: SelectedField;
  needs: SelectedField[];
}

/** Fields of a fetch that does not tell its subgraph what they need, nor brings it itself. */
function findEarlyFields(
  fetch: PlannedFetch,
  document: DocumentNode,
  required: RequiredFields,
): EarlyField[] {
  const { types, getRequiredSelection: neededFor } = required;
  const fields = getFetchedFields(fetch, document, types);
  const known = new Set([...getRequiredPaths(fetch, types), ...getFieldPaths(fields)]);
  return fields.flatMap((field) => {
    const set = neededFor(fetch.node.serviceName, field.type, field.field.name.value);
    if (set === undefined) return [];
    const needs = getFieldSetFields(set, field.type, field.path, types);
    return [...getFieldPaths(needs)].every((name) => known.has(name)) ? [] : [{ field, needs }];
  });
}

/** The plan with one step more: after all that bring what it needs, before the first that needs what it brings. */
function insertFetch(
  node: PlanNode,
  step: PlanNode,
  needsIt: (fetch: PlannedFetch) => boolean,
  bringsForIt: (fetch: PlannedFetch) => boolean,
  path: readonly string[] = [],
): PlanNode {
  const within = (child: PlanNode, test: (fetch: PlannedFetch) => boolean) =>
    findFetches(child, path).some(test);
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return { kind: 'Sequence', nodes: [node, step] };
  const last = node.nodes.findLastIndex((child) => within(child, bringsForIt));
  const both = node.nodes.findIndex((child) => within(child, bringsForIt) && within(child, needsIt));
  const child = node.nodes[both];
  if (child !== undefined)
    return { ...node, nodes: node.nodes.with(both, insertFetch(child, step, needsIt, bringsForIt, path)) };
  if (node.kind === 'Sequence') return { ...node, nodes: node.nodes.toSpliced(last + 1, 0, step) };
  const first = node.nodes.filter((one) => !within(one, needsIt));
  const then = node.nodes.filter((one) => within(one, needsIt));
  return {
    kind: 'Sequence',
    nodes: [joinParallel(first), step, ...(then.length > 0 ? [joinParallel(then)] : [])],
  };
}

function joinParallel(nodes: PlanNode[]): PlanNode {
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes };
}

/** Steps beside each other, of which one needs what only another brings, one after the other. */
function orderParallelNodes(
  node: PlanNode,
  brought: ReadonlySet<string>,
  required: RequiredFields,
): PlanNode {
  const { types } = required;
  if (node.kind === 'Sequence') {
    const sofar = new Set(brought);
    const nodes = node.nodes.map((child) => {
      const ordered = orderParallelNodes(child, sofar, required);
      for (const fetch of findFetches(child))
        for (const name of getFetchedPaths(fetch, types)) sofar.add(name);
      return ordered;
    });
    return { ...node, nodes };
  }
  if (node.kind !== 'Parallel') return node;
  const steps = node.nodes.map((child) => {
    const fetches = findFetches(child);
    return {
      ordered: orderParallelNodes(child, brought, required),
      brings: new Set(fetches.flatMap((fetch) => [...getFetchedPaths(fetch, types)])),
      needs: new Set(fetches.flatMap((fetch) => [...getRequiredPaths(fetch, types)])),
    };
  });
  const mustWait = (step: (typeof steps)[number]) =>
    [...step.needs].some(
      (name) =>
        !name.endsWith(' __typename') &&
        !brought.has(name) &&
        !step.brings.has(name) &&
        steps.some((other) => other !== step && other.brings.has(name)),
    );
  const waiting = steps.filter(mustWait);
  // All of them would be a circle: nothing that order could help.
  if (waiting.length === 0 || waiting.length === steps.length)
    return { ...node, nodes: steps.map(({ ordered }) => ordered) };
  const going = steps.filter((step) => !waiting.includes(step));
  const later: PlanNode = joinParallel(waiting.map(({ ordered }) => ordered));
  const since = new Set([...brought, ...going.flatMap(({ brings }) => [...brings])]);
  return {
    kind: 'Sequence',
    nodes: [joinParallel(going.map(({ ordered }) => ordered)), orderParallelNodes(later, since, required)],
  };
}

function hasSomeOf(names: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].some((name) => names.has(name));
}
