// Moves a field of a fetch to a fetch of its own, which finds the entity by its key and passes the fields that the field requires.
import type { FlattenNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type ASTNode,
  type DocumentNode,
  Kind,
  OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { FetchWithPath, SelectedField } from './fetched-fields.ts';
import { type RequiredFields, withTypename } from './required-fields.ts';

/** Undefined where the subgraph has no key for the type, or the field requires nothing. */
export function buildFieldFetch(
  fetch: FetchWithPath,
  document: DocumentNode,
  { field, type, path }: SelectedField,
  required: RequiredFields,
): FlattenNode | undefined {
  const { serviceName, operationName } = fetch.node;
  const key = required.getKey(serviceName, type);
  const selection = required.getRequiredSelection(serviceName, type, field.name.value);
  if (key === undefined || selection === undefined) return undefined;
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
          selections: toPlanSelections(withTypename(key, selection)),
        },
      ],
      variableUsages: variables.map(({ variable }) => variable.name.value),
      operation,
      operationKind: OperationTypeNode.QUERY,
      operationName: name === '' ? undefined : name.trim(),
    },
  };
}

/** Removes fields from a fetch, and fetches the keys of their entities in their place. The fields are nodes of `document`, its operation. */
export function removeFields(
  { node }: FetchWithPath,
  document: DocumentNode,
  removed: readonly SelectedField[],
  required: RequiredFields,
): void {
  const types = new Map<SelectionNode, string>(removed.map(({ field, type }) => [field, type]));
  const reduced: DocumentNode = visit(document, {
    SelectionSet: (set) => {
      const found = set.selections.flatMap((selection) => types.get(selection) ?? []);
      if (found.length === 0) return undefined;
      const keys = found.flatMap((type) => required.getKey(node.serviceName, type) ?? []);
      const others = set.selections.filter((selection) => !types.has(selection));
      return { ...set, selections: removeDuplicates([...others, ...withTypename(...keys).selections]) };
    },
  });
  const used = findUsedVariables(reduced, reduced);
  const whole: DocumentNode = visit(reduced, {
    VariableDefinition: (definition) => (used.includes(definition) ? undefined : null),
  });
  node.operation = stripIgnoredCharacters(print(whole));
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

/** Turns a selection set of GraphQL into the form that plans have. */
function toPlanSelections({ selections }: SelectionSetNode): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    const inner = node.selectionSet && toPlanSelections(node.selectionSet);
    if (node.kind === Kind.FIELD)
      return [{ kind: 'Field', name: node.name.value, ...(inner && { selections: inner }) }];
    const on = node.typeCondition?.name.value;
    return [
      { kind: 'InlineFragment', selections: inner ?? [], ...(on !== undefined && { typeCondition: on }) },
    ];
  });
}
