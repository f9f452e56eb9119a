// The fields at the root of an operation that its plan asks nobody for. Apollo's executor answers null for them, as if that
// were what a subgraph said. No such plan is known any more; should there be one, it does not go unnoticed.
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

/** Plans of which every root field is fetched, whatever the variables are: nearly all. */
const whole = new WeakSet<QueryPlan>();

/** Response keys, in the order of the operation. */
export function findUnplannedRootFields(
  plan: QueryPlan,
  { operation, fragments, variables = {} }: RequestedOperation,
): string[] {
  if (whole.has(plan)) return [];
  const covered = new Set<string>();
  const conditions = { isAny: false, values: applyDefaults(operation, variables) };
  collectPlannedKeys(plan.node, conditions, covered);
  const fields: FieldNode[] = [];
  collectRootFields(operation.selectionSet, fragments, undefined, fields);
  const isUncovered = (node: FieldNode) =>
    !node.name.value.startsWith('__') && !covered.has(getResponseKey(node));
  if (!conditions.isAny && !fields.some(isUncovered)) {
    whole.add(plan);
    return [];
  }
  const expected: FieldNode[] = [];
  collectRootFields(operation.selectionSet, fragments, conditions.values, expected);
  return [...new Set(expected.filter(isUncovered).map(getResponseKey))];
}

function collectPlannedKeys(
  node: QueryPlan['node'],
  conditions: { isAny: boolean; values: Variables },
  covered: Set<string>,
): void {
  const go = (inner: PlanNode | undefined) => collectPlannedKeys(inner, conditions, covered);
  if (node?.kind === 'Sequence' || node?.kind === 'Parallel') node.nodes.forEach(go);
  if (node?.kind === 'Fetch' && node.requires === undefined)
    for (const key of getRootKeys(node)) covered.add(key);
  if (node?.kind !== 'Condition') return;
  conditions.isAny = true;
  go(conditions.values[node.condition] === true ? node.ifClause : node.elseClause);
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

/** The fields of a root, through its fragments. Without values no @skip and no @include is looked at. */
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
