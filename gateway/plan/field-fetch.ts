// One field of a fetch as a fetch of its own: by the key of the entity that it belongs to, with what it needs.
import type { FlattenNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type ASTNode,
  type DocumentNode,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { PlannedFetch, SelectedField } from './fetched-fields.ts';
import { type RequiredFields, withTypename } from './required-fields.ts';

/** Undefined where the subgraph has no key for it. */
export function buildFieldFetch(
  fetch: PlannedFetch,
  document: DocumentNode,
  { field, type, path }: SelectedField,
  required: RequiredFields,
): FlattenNode | undefined {
  const { serviceName, operationName } = fetch.node;
  const key = required.getKey(serviceName, type);
  const needed = required.getRequiredSelection(serviceName, type, field.name.value);
  if (key === undefined || needed === undefined) return undefined;
  const variables = findUsedVariables(document, field);
  const declared = ['$representations:[_Any!]!', ...variables.map((node) => print(node))].join(',');
  const name = operationName === undefined ? '' : ` ${operationName}__${field.name.value}`;
  const text = `query${name}(${declared}){_entities(representations:$representations){...on ${type}{${print(field)}}}}`;
  const operation = stripIgnoredCharacters(text);
  return {
    kind: 'Flatten',
    path: [...path],
    node: {
      kind: 'Fetch',
      serviceName,
      requires: [
        {
          kind: 'InlineFragment',
          typeCondition: type,
          selections: toPlanSelections(withTypename(key, needed)),
        },
      ],
      variableUsages: variables.map(({ variable }) => variable.name.value),
      operation,
      operationDocumentNode: parse(operation),
      operationKind: OperationTypeNode.QUERY,
      operationName: name === '' ? undefined : name.trim(),
    },
  };
}

/** Takes fields out of a fetch, which asks for the keys in their path. They are fields of `document`, its operation. */
export function removeFields(
  { node }: PlannedFetch,
  document: DocumentNode,
  taken: readonly SelectedField[],
  required: RequiredFields,
): void {
  const types = new Map<SelectionNode, string>(taken.map(({ field, type }) => [field, type]));
  const reduced: DocumentNode = visit(document, {
    SelectionSet: (set) => {
      const found = set.selections.flatMap((selection) => types.get(selection) ?? []);
      if (found.length === 0) return undefined;
      const keys = found.flatMap((type) => required.getKey(node.serviceName, type) ?? []);
      const kept = set.selections.filter((selection) => !types.has(selection));
      return { ...set, selections: removeDuplicates([...kept, ...withTypename(...keys).selections]) };
    },
  });
  const used = findUsedVariables(reduced, reduced);
  const whole: DocumentNode = visit(reduced, {
    VariableDefinition: (definition) => (used.includes(definition) ? undefined : null),
  });
  node.operation = stripIgnoredCharacters(print(whole));
  node.operationDocumentNode = whole;
  node.variableUsages = used
    .map(({ variable }) => variable.name.value)
    .filter((name) => name !== representationsVariable);
}

const representationsVariable = 'representations';

/** The variables of a document's operation that a part of it uses. */
function findUsedVariables(document: DocumentNode, part: ASTNode): VariableDefinitionNode[] {
  const names = new Set<string>();
  visit(part, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void names.add(name.value),
  });
  const [operation] = document.definitions;
  const definitions =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.variableDefinitions : undefined;
  return definitions?.filter(({ variable }) => names.has(variable.name.value)) ?? [];
}

function removeDuplicates(selections: readonly SelectionNode[]): SelectionNode[] {
  return [...new Map(selections.map((selection) => [print(selection), selection])).values()];
}

/** In the planner's own form. */
function toPlanSelections({ selections }: SelectionSetNode): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    const inside = node.selectionSet && toPlanSelections(node.selectionSet);
    if (node.kind === Kind.FIELD)
      return [{ kind: 'Field', name: node.name.value, ...(inside && { selections: inside }) }];
    const on = node.typeCondition?.name.value;
    return [
      { kind: 'InlineFragment', selections: inside ?? [], ...(on !== undefined && { typeCondition: on }) },
    ];
  });
}
