// Fields that need others (@requires) which need others themselves: the planner asks for some of them too early, beside or
// even before the fetch that brings what they need, and their subgraph gets to know nothing of it. Here a plan is put into an
// order in which whatever a fetch needs has been brought. Plans that are in order stay as they are.
import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import {
  broughtBy,
  documentOf,
  fetchesIn,
  fieldsAsked,
  fieldsNamed,
  nameOf,
  namesOf,
  neededBy,
  type PlannedFetch,
  type Visited,
} from './fetched-fields.ts';
import { fetchOfField, takeOut } from './field-fetch.ts';
import { type RequiredFields, requiredFields } from './required-fields.ts';

/** For Apollo's own executor, which makes and keeps plans of its own: each is put into order once. */
export function planOrders(): {
  change: (supergraphSdl: string) => void;
  onPlan: (made: { queryPlan: QueryPlan }) => void;
} {
  let required: RequiredFields | undefined;
  const seen = new WeakSet<QueryPlan>();
  return {
    change: (supergraphSdl) => {
      required = requiredFields(supergraphSdl);
    },
    onPlan: ({ queryPlan }) => {
      if (required === undefined || seen.has(queryPlan)) return;
      seen.add(queryPlan);
      putInOrder(queryPlan, required);
    },
  };
}

/** Changes the plan in place. */
export function putInOrder(plan: QueryPlan, required: RequiredFields): void {
  const { node } = plan;
  if (!required.isAny || node === undefined || node.kind === 'Subscription') return;
  let ordered: PlanNode = node;
  for (const fetch of fetchesIn(node)) {
    const document = documentOf(fetch);
    const moved = askedEarly(fetch, document, required).flatMap(({ field, needs }) => {
      const later = fetchOfField(fetch, document, field, required);
      return later === undefined ? [] : [{ field, needs, later }];
    });
    if (moved.length === 0) continue;
    takeOut(
      fetch,
      document,
      moved.map(({ field }) => field),
      required,
    );
    for (const { field, needs, later } of moved) {
      const name = nameOf(field.place, field.field.name.value);
      const wanted = namesOf(needs);
      const needsIt = (other: PlannedFetch) => neededBy(other, required.types).has(name);
      const bringsForIt = (other: PlannedFetch) =>
        other.node === fetch.node || isAny(broughtBy(other, required.types), wanted);
      ordered = inserted(ordered, later, needsIt, bringsForIt);
    }
  }
  plan.node = parallelsInOrder(ordered, new Set(), required);
}

interface Early {
  field: Visited;
  needs: Visited[];
}

/** Fields of a fetch that does not tell its subgraph what they need, nor brings it itself. */
function askedEarly(fetch: PlannedFetch, document: DocumentNode, required: RequiredFields): Early[] {
  const { types, neededFor } = required;
  const fields = fieldsAsked(fetch, document, types);
  const known = new Set([...neededBy(fetch, types), ...namesOf(fields)]);
  return fields.flatMap((field) => {
    const set = neededFor(fetch.node.serviceName, field.type, field.field.name.value);
    if (set === undefined) return [];
    const needs = fieldsNamed(set, field.type, field.place, types);
    return [...namesOf(needs)].every((name) => known.has(name)) ? [] : [{ field, needs }];
  });
}

/** The plan with one step more: after all that bring what it needs, before the first that needs what it brings. */
function inserted(
  node: PlanNode,
  step: PlanNode,
  needsIt: (fetch: PlannedFetch) => boolean,
  bringsForIt: (fetch: PlannedFetch) => boolean,
  place: readonly string[] = [],
): PlanNode {
  const within = (child: PlanNode, test: (fetch: PlannedFetch) => boolean) =>
    fetchesIn(child, place).some(test);
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return { kind: 'Sequence', nodes: [node, step] };
  const last = node.nodes.findLastIndex((child) => within(child, bringsForIt));
  const both = node.nodes.findIndex((child) => within(child, bringsForIt) && within(child, needsIt));
  const child = node.nodes[both];
  if (child !== undefined)
    return { ...node, nodes: node.nodes.with(both, inserted(child, step, needsIt, bringsForIt, place)) };
  if (node.kind === 'Sequence') return { ...node, nodes: node.nodes.toSpliced(last + 1, 0, step) };
  const first = node.nodes.filter((one) => !within(one, needsIt));
  const then = node.nodes.filter((one) => within(one, needsIt));
  return { kind: 'Sequence', nodes: [together(first), step, ...(then.length > 0 ? [together(then)] : [])] };
}

function together(nodes: PlanNode[]): PlanNode {
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes };
}

/** Steps beside each other, of which one needs what only another brings, one after the other. */
function parallelsInOrder(node: PlanNode, brought: ReadonlySet<string>, required: RequiredFields): PlanNode {
  const { types } = required;
  if (node.kind === 'Sequence') {
    const sofar = new Set(brought);
    const nodes = node.nodes.map((child) => {
      const ordered = parallelsInOrder(child, sofar, required);
      for (const fetch of fetchesIn(child)) for (const name of broughtBy(fetch, types)) sofar.add(name);
      return ordered;
    });
    return { ...node, nodes };
  }
  if (node.kind !== 'Parallel') return node;
  const steps = node.nodes.map((child) => {
    const fetches = fetchesIn(child);
    return {
      ordered: parallelsInOrder(child, brought, required),
      brings: new Set(fetches.flatMap((fetch) => [...broughtBy(fetch, types)])),
      needs: new Set(fetches.flatMap((fetch) => [...neededBy(fetch, types)])),
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
  const later: PlanNode = together(waiting.map(({ ordered }) => ordered));
  const since = new Set([...brought, ...going.flatMap(({ brings }) => [...brings])]);
  return {
    kind: 'Sequence',
    nodes: [together(going.map(({ ordered }) => ordered)), parallelsInOrder(later, since, required)],
  };
}

function isAny(names: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].some((name) => names.has(name));
}
