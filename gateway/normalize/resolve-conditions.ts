// @skip and @include are decided before an operation is planned, for the values that its variables have. With conditions in
// its plans the engine errs: what a skipped field requires is missed by others of the same fetch (they are null then), and an
// object of which every field is skipped is null rather than empty, the whole answer included.
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

/** What each variable in a condition is; undefined for one without a truth value, which the engine refuses. */
export type ConditionValues = ReadonlyMap<string, boolean | undefined>;

/** The variables that conditions of a document ask for, in order; undefined for a document without any condition. */
export function findConditionVariables(document: DocumentNode): readonly string[] | undefined {
  const names = new Set<string>();
  let isAny = false;
  visit(document, {
    Directive: (node) => {
      if (!isCondition(node)) return;
      isAny = true;
      const value = getIfArgument(node);
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return isAny ? [...names].sort() : undefined;
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
      // What is given as undefined is not given, as in JSON.
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      const byDefault = defaults.get(name);
      if (given === undefined && byDefault?.kind === Kind.BOOLEAN) return [name, byDefault.value];
      return [name, typeof given === 'boolean' ? given : undefined];
    }),
  );
}

/**
 * The operation and its fragments without conditions. What holds nothing else asks for `nothing`: a field that is not in the
 * graph's data, for which no client asked.
 */
export function resolveConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  decisions: ConditionValues,
  nothing: string,
): DocumentNode {
  // Other operations may have variables of the same name.
  const definitions = document.definitions.filter(
    (node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION,
  );
  const decide = (node: SelectionNode): SelectionNode | null | undefined => {
    const directives = node.directives?.filter(isCondition) ?? [];
    if (directives.length === 0) return undefined;
    if (!directives.every((directive) => isConditionMet(directive, decisions))) return null;
    return { ...node, directives: node.directives?.filter((directive) => !isCondition(directive)) ?? [] };
  };
  return visit(
    { ...document, definitions },
    {
      Field: decide,
      InlineFragment: decide,
      FragmentSpread: decide,
      SelectionSet: {
        leave: (node) =>
          node.selections.length > 0 ? undefined : { ...node, selections: [buildTypenameField(nothing)] },
      },
    },
  );
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

function isConditionMet(directive: DirectiveNode, decisions: ConditionValues): boolean {
  const value = getIfArgument(directive);
  const isTrue =
    value?.kind === Kind.VARIABLE
      ? decisions.get(value.name.value) === true
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
