// The functions of one document: by operation, and by what the variables of @skip and @include say, which decide on the fields
// that there are. How many are kept is bounded, for whoever asks writes the document and chooses the variables.
import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { compileOperation, type Fragments, NotCompiled } from './compile.ts';
import type { Execute } from './complete-value.ts';

/** Of each operation. */
const mostForms = 8;

/** Fields that are made of one document at most: fragments and interfaces can make many out of few characters. */
const mostFieldsOf = (document: DocumentNode): number => 64 + (document.loc?.end ?? 0) / 4;

export interface Operation {
  node: OperationDefinitionNode;
  /** For these coerced variables: what executes it, or why nothing was made. */
  formFor: (variables: Readonly<Record<string, unknown>>) => Execute | NotCompiled;
}

/** A document's operations by name; the only one has none. Undefined when there is none, or which one is not clear. */
export function operationsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
): (name: string | null | undefined) => Operation | undefined {
  const conditional = conditionsOf(document);
  const budget = { fields: mostFieldsOf(document) };
  const fragments = fragmentsOf(document);
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((node): Operation => {
      const conditions = (node.variableDefinitions ?? [])
        .map(({ variable }) => variable.name.value)
        .filter((name) => conditional.has(name));
      const compile = (chosen: Readonly<Record<string, boolean>>) =>
        compileOperation({ schema, operation: node, fragments, conditions: chosen, budget });
      return { node, formFor: formsOf(conditions, compile) };
    });
  const only = operations.length === 1 ? operations[0] : undefined;
  return (name) =>
    name === undefined || name === null ? only : operations.find(({ node }) => node.name?.value === name);
}

function formsOf(
  conditions: readonly string[],
  compile: (chosen: Readonly<Record<string, boolean>>) => Execute,
): Operation['formFor'] {
  const forms = new Map<string, Execute | NotCompiled>();
  return (variables) => {
    const key = conditions.length === 0 ? '' : conditions.map((name) => variables[name]).join();
    let form = forms.get(key);
    if (form === undefined) {
      const chosen = Object.fromEntries(conditions.map((name) => [name, variables[name]]));
      if (!areBooleans(chosen)) return new NotCompiled('a condition is null');
      if (forms.size === mostForms) return new NotCompiled('too many conditions');
      form = compiledOrNot(() => compile(chosen));
      forms.set(key, form);
    }
    return form;
  };
}

function areBooleans(values: Record<string, unknown>): values is Record<string, boolean> {
  return Object.values(values).every((value) => typeof value === 'boolean');
}

function compiledOrNot(compile: () => Execute): Execute | NotCompiled {
  try {
    return compile();
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause;
    throw cause;
  }
}

/** The variables of @skip and @include. */
function conditionsOf(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given }: DirectiveNode) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}

function fragmentsOf(document: DocumentNode): Fragments {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}
