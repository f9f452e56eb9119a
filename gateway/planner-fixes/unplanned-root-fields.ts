// Finds the root fields of an operation that its plan does not fetch. Apollo's executor answers null for them without an error. No
// operation with such a plan is known; if one comes, the client gets an error.
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';

type Fragments = Readonly<Record<string, FragmentDefinitionNode | undefined>>;
type Variables = Readonly<Record<string, unknown>>;

interface RequestedOperation {
  operation: OperationDefinitionNode;
  fragments: Fragments;
  variables: Variables | undefined;
}

export type UnplannedRootFinder = (plan: QueryPlan, operation: RequestedOperation) => string[];

/** Finds the response keys of root fields that no fetch selects, in the order of the operation. Remembers the complete plans. */
export function createUnplannedRootFinder(): UnplannedRootFinder {
  /** Plans that fetch every root field for all values of the variables: nearly all plans. */
  const completePlans = new WeakSet<QueryPlan>();
  return (plan, { operation, fragments, variables = {} }) => {
    if (completePlans.has(plan)) return [];
    const planned = new Set<string>();
    const conditions = { hasAny: false, values: applyDefaults(operation, variables) };
    collectPlannedKeys(plan.node, conditions, planned);
    const isUnplanned = (node: FieldNode) =>
      !node.name.value.startsWith('__') && !planned.has(getResponseKey(node));
    const fields: FieldNode[] = [];
    collectRootFields(operation.selectionSet, fragments, undefined, fields);
    if (!conditions.hasAny && !fields.some(isUnplanned)) {
      completePlans.add(plan);
      return [];
    }
    const expected: FieldNode[] = [];
    collectRootFields(operation.selectionSet, fragments, conditions.values, expected);
    return [...new Set(expected.filter(isUnplanned).map(getResponseKey))];
  };
}

function collectPlannedKeys(
  node: QueryPlan['node'],
  conditions: { hasAny: boolean; values: Variables },
  planned: Set<string>,
): void {
  const collect = (inner: PlanNode | undefined) => collectPlannedKeys(inner, conditions, planned);
  if (node?.kind === 'Sequence' || node?.kind === 'Parallel') node.nodes.forEach(collect);
  if (node?.kind === 'Fetch' && node.requires === undefined)
    for (const key of getRootKeys(node)) planned.add(key);
  if (node?.kind !== 'Condition') return;
  conditions.hasAny = true;
  collect(conditions.values[node.condition] === true ? node.ifClause : node.elseClause);
}

function getRootKeys({ operation }: FetchNode): string[] {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const fields: FieldNode[] = [];
  for (const node of definitions)
    if (node.kind === Kind.OPERATION_DEFINITION)
      collectRootFields(node.selectionSet, fragments, undefined, fields);
  return fields.map(getResponseKey);
}

/** The root fields, those in fragments included. Without `values`, fields that @skip and @include remove are included too. */
function collectRootFields(
  set: SelectionSetNode,
  fragments: Fragments,
  values: Variables | undefined,
  found: FieldNode[],
): void {
  for (const node of set.selections) {
    if (values !== undefined) {
      if (getDirectiveValues(GraphQLSkipDirective, node, values)?.if === true) continue;
      if (getDirectiveValues(GraphQLIncludeDirective, node, values)?.if === false) continue;
    }
    const inner = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
    if (node.kind === Kind.FIELD) found.push(node);
    else if (inner?.selectionSet !== undefined)
      collectRootFields(inner.selectionSet, fragments, values, found);
  }
}

function getResponseKey({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

function applyDefaults({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables {
  const values: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (Object.hasOwn(given, name) && given[name] !== undefined) values[name] = given[name];
    else if (defaultValue?.kind === Kind.BOOLEAN) values[name] = defaultValue.value;
  }
  return values;
}
