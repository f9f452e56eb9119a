// Resolves @skip and @include before an operation is planned, by the values of its variables. Apollo's planner and executor make
// two mistakes with conditions in a plan: other fields of a fetch lack what a skipped field requires, and become null; an object
// of which every field is skipped becomes null instead of empty, and so does a whole response.
import {
  type ConstValueNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
  visit,
} from 'graphql';

/** The value of each variable in a condition; undefined where it is no boolean, so that the executor refuses the operation. */
export type ConditionValues = ReadonlyMap<string, boolean | undefined>;

/** The variables in the conditions of a document, sorted; undefined for a document without conditions. */
export function findConditionVariables(document: DocumentNode): readonly string[] | undefined {
  const names = new Set<string>();
  let hasConditions = false;
  visit(document, {
    Directive: (node) => {
      if (!isCondition(node)) return;
      hasConditions = true;
      const value = getIfArgument(node);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return hasConditions ? [...names].sort() : undefined;
}

export function getConditionValues(
  names: readonly string[],
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): ConditionValues {
  const defaults = new Map<string, ConstValueNode | undefined>(
    variableDefinitions.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );
  return new Map(
    names.map((name) => {
      // A variable that is given as undefined counts as not given, as in JSON.
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const defaultValue = defaults.get(name);
      if (given === undefined && defaultValue?.kind === Kind.BOOLEAN) return [name, defaultValue.value];
      return [name, typeof given === 'boolean' ? given : undefined];
    }),
  );
}

/**
 * The operation and its fragments without conditions. A selection set that becomes empty gets one field: __typename under the
 * alias `placeholder`, which is no part of the response to the client.
 */
export function resolveConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  values: ConditionValues,
  placeholder: string,
): DocumentNode {
  // The other operations of the document go: they may have variables of the same name with other values.
  const definitions = document.definitions.filter(
    (node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION,
  );
  const resolve = (node: SelectionNode): SelectionNode | null | undefined => {
    const directives = node.directives?.filter(isCondition) ?? [];
    if (directives.length === 0) return undefined;
    if (!directives.every((directive) => isConditionMet(directive, values))) return null;
    return { ...node, directives: node.directives?.filter((directive) => !isCondition(directive)) ?? [] };
  };
  return visit(
    { ...document, definitions },
    {
      Field: resolve,
      InlineFragment: resolve,
      FragmentSpread: resolve,
      SelectionSet: {
        leave: (node) =>
          node.selections.length > 0 ? undefined : { ...node, selections: [buildTypenameField(placeholder)] },
      },
    },
  );
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

function isConditionMet(directive: DirectiveNode, values: ConditionValues): boolean {
  const value = getIfArgument(directive);
  const isTrue =
    value?.kind === Kind.VARIABLE
      ? values.get(value.name.value) === true
      : value?.kind === Kind.BOOLEAN && value.value;
  return isTrue === (directive.name.value === 'include');
}

function getIfArgument(directive: DirectiveNode): ValueNode | undefined {
  return directive.arguments?.find(({ name }) => name.value === 'if')?.value;
}

export function buildTypenameField(alias: string): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: '__typename' },
  };
}
