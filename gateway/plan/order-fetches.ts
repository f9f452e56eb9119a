// Puts the fetches of a plan into an order in which each fetch finds the fields that it requires. Apollo's planner errs where a
// field with @requires requires another such field: it fetches the first beside or before the fetch of the second, and the
// subgraph does not get the value. A plan that is in order stays as it is.
import type { ParallelNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import {
  type FetchWithPath,
  findFetches,
  getFetchedFields,
  getFetchedPaths,
  getFieldPaths,
  getFieldSetFields,
  getRequiredPaths,
  parseFetch,
  printFieldPath,
  type SelectedField,
  type TypesByName,
} from './fetched-fields.ts';
import { buildFieldFetch, removeFields } from './field-fetch.ts';
import type { RequiredFields } from './required-fields.ts';

/** Changes the plan itself. */
export function orderFetches(plan: QueryPlan, required: RequiredFields): void {
  const { node } = plan;
  if (!required.hasAny || node === undefined || node.kind === 'Subscription') return;
  let ordered: PlanNode = node;
  for (const fetch of findFetches(node)) {
    const document = parseFetch(fetch);
    const moves = findEarlyFields(fetch, document, required).flatMap(({ field, inputs }) => {
      const ownFetch = buildFieldFetch(fetch, document, field, required);
      return ownFetch === undefined ? [] : [{ field, inputs, ownFetch }];
    });
    if (moves.length === 0) continue;
    const fields = moves.map(({ field }) => field);
    removeFields(fetch, document, fields, required);
    for (const { field, inputs, ownFetch } of moves) {
      const output = printFieldPath(field.path, field.field.name.value);
      const inputPaths = getFieldPaths(inputs);
      ordered = insertFetch(ordered, ownFetch, {
        isBefore: (other) =>
          other.node === fetch.node || hasSomeOf(getFetchedPaths(other, required.types), inputPaths),
        isAfter: (other) => getRequiredPaths(other, required.types).has(output),
      });
    }
  }
  plan.node = orderNode(ordered, new Set(), required);
}

interface EarlyField {
  field: SelectedField;
  /** The fields that it requires. */
  inputs: SelectedField[];
}

/** Fields of a fetch that require a field which the fetch neither passes to its subgraph nor fetches itself. */
function findEarlyFields(
  fetch: FetchWithPath,
  document: DocumentNode,
  { types, getRequiredSelection }: RequiredFields,
): EarlyField[] {
  const fields = getFetchedFields(fetch, document, types);
  const available = new Set([...getRequiredPaths(fetch, types), ...getFieldPaths(fields)]);
  return fields.flatMap((field) => {
    const selection = getRequiredSelection(fetch.node.serviceName, field.type, field.field.name.value);
    if (selection === undefined) return [];
    const inputs = getFieldSetFields(selection, field.type, field.path, types);
    return [...getFieldPaths(inputs)].every((path) => available.has(path)) ? [] : [{ field, inputs }];
  });
}

/** Which fetches of a plan must stand before a new one, and which after it. */
interface Neighbours {
  isBefore: (fetch: FetchWithPath) => boolean;
  isAfter: (fetch: FetchWithPath) => boolean;
}

/** Inserts a fetch as early as possible after all that must stand before it. */
function insertFetch(node: PlanNode, inserted: PlanNode, neighbours: Neighbours): PlanNode {
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel')
    return { kind: 'Sequence', nodes: [node, inserted] };
  const isBefore = (child: PlanNode) => findFetches(child).some(neighbours.isBefore);
  const isAfter = (child: PlanNode) => findFetches(child).some(neighbours.isAfter);
  const mixed = node.nodes.findIndex((child) => isBefore(child) && isAfter(child));
  const child = node.nodes[mixed];
  if (child !== undefined)
    return { ...node, nodes: node.nodes.with(mixed, insertFetch(child, inserted, neighbours)) };
  if (node.kind === 'Sequence')
    return { ...node, nodes: node.nodes.toSpliced(node.nodes.findLastIndex(isBefore) + 1, 0, inserted) };
  const first = node.nodes.filter((one) => !isAfter(one));
  const last = node.nodes.filter(isAfter);
  const nodes = [joinParallel(first), inserted, ...(last.length > 0 ? [joinParallel(last)] : [])];
  return { kind: 'Sequence', nodes };
}

function joinParallel(nodes: PlanNode[]): PlanNode {
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : { kind: 'Parallel', nodes };
}

/** Puts parallel nodes into a sequence where one requires what only another one fetches. `fetched` is what came before. */
function orderNode(node: PlanNode, fetched: ReadonlySet<string>, required: RequiredFields): PlanNode {
  if (node.kind === 'Parallel') return orderParallel(node, fetched, required);
  if (node.kind !== 'Sequence') return node;
  const fetchedSoFar = new Set(fetched);
  const nodes = node.nodes.map((child) => {
    const ordered = orderNode(child, fetchedSoFar, required);
    for (const path of getAllFetchedPaths(child, required.types)) fetchedSoFar.add(path);
    return ordered;
  });
  return { ...node, nodes };
}

interface Branch {
  node: PlanNode;
  outputs: ReadonlySet<string>;
  inputs: ReadonlySet<string>;
}

function orderParallel(
  parallel: ParallelNode,
  fetched: ReadonlySet<string>,
  required: RequiredFields,
): PlanNode {
  const { types } = required;
  const branches = parallel.nodes.map(
    (child): Branch => ({
      node: orderNode(child, fetched, required),
      outputs: getAllFetchedPaths(child, types),
      inputs: new Set(findFetches(child).flatMap((fetch) => [...getRequiredPaths(fetch, types)])),
    }),
  );
  const waiting = branches.filter((branch) => mustWait(branch, branches, fetched));
  // Where every branch waits for another one, they form a circle: no order helps.
  if (waiting.length === 0 || waiting.length === branches.length)
    return { ...parallel, nodes: branches.map(({ node }) => node) };
  const first = branches.filter((branch) => !waiting.includes(branch));
  const fetchedByFirst = new Set([...fetched, ...first.flatMap(({ outputs }) => [...outputs])]);
  const later = joinParallel(waiting.map(({ node }) => node));
  return {
    kind: 'Sequence',
    nodes: [joinParallel(first.map(({ node }) => node)), orderNode(later, fetchedByFirst, required)],
  };
}

/** Whether a branch requires what only a branch beside it fetches. */
function mustWait(branch: Branch, branches: readonly Branch[], fetched: ReadonlySet<string>): boolean {
  return [...branch.inputs].some(
    (path) =>
      !path.endsWith(' __typename') &&
      !fetched.has(path) &&
      !branch.outputs.has(path) &&
      branches.some((other) => other !== branch && other.outputs.has(path)),
  );
}

function getAllFetchedPaths(node: PlanNode, types: TypesByName): Set<string> {
  return new Set(findFetches(node).flatMap((fetch) => [...getFetchedPaths(fetch, types)]));
}

function hasSomeOf(names: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].some((name) => names.has(name));
}
