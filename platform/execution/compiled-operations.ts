// Compiles the operations of one document, each in several variants: the variables of @skip and @include decide which fields an
// operation has. The number of variants and of fields is limited, because a client chooses both the document and the variables.
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
import type { ExecuteSelectionSet } from './complete-value.ts';
import type { OnMissingProperty } from './field.ts';

/** Maximum number of compiled variants of each operation. */
const maxVariants = 8;

/** Maximum number of fields compiled for a document: fragments and interfaces can make many fields of a short text. */
const getMaxFields = (document: DocumentNode): number => 64 + (document.loc?.end ?? 0) / 4;

export interface CompiledOperation {
  node: OperationDefinitionNode;
  /** Returns the variant for these coerced variables, or the reason why graphql-js has to execute the operation. */
  variantFor: (variables: Readonly<Record<string, unknown>>) => ExecuteSelectionSet | NotCompiled;
}

/**
 * Returns a function that finds an operation by its name. Without a name it finds the only operation of the document. It returns
 * undefined for an unknown name, and for no name when there are several operations.
 */
export function compileOperations(
  schema: GraphQLSchema,
  document: DocumentNode,
  onMissingProperty?: OnMissingProperty,
): (name: string | null | undefined) => CompiledOperation | undefined {
  const conditionVariables = findConditionVariables(document);
  const budget = { fields: getMaxFields(document) };
  const fragments = getFragments(document);
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((node): CompiledOperation => {
      const names = (node.variableDefinitions ?? [])
        .map(({ variable }) => variable.name.value)
        .filter((name) => conditionVariables.has(name));
      const compile = (conditions: Readonly<Record<string, boolean>>) =>
        compileOperation({ schema, operation: node, fragments, conditions, budget, onMissingProperty });
      return { node, variantFor: cacheVariants(names, compile) };
    });
  const only = operations.length === 1 ? operations[0] : undefined;
  return (name) =>
    name === undefined || name === null ? only : operations.find(({ node }) => node.name?.value === name);
}

function cacheVariants(
  names: readonly string[],
  compile: (conditions: Readonly<Record<string, boolean>>) => ExecuteSelectionSet,
): CompiledOperation['variantFor'] {
  const variants = new Map<string, ExecuteSelectionSet | NotCompiled>();
  return (variables) => {
    const key = names.length === 0 ? '' : names.map((name) => variables[name]).join();
    let variant = variants.get(key);
    if (variant === undefined) {
      const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
      if (!areBooleans(conditions)) return new NotCompiled('a condition is null');
      if (variants.size === maxVariants) return new NotCompiled('too many conditions');
      variant = tryCompile(() => compile(conditions));
      variants.set(key, variant);
    }
    return variant;
  };
}

function areBooleans(values: Record<string, unknown>): values is Record<string, boolean> {
  return Object.values(values).every((value) => typeof value === 'boolean');
}

function tryCompile(compile: () => ExecuteSelectionSet): ExecuteSelectionSet | NotCompiled {
  try {
    return compile();
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause;
    throw cause;
  }
}

/** Names of the variables in @skip and @include. */
function findConditionVariables(document: DocumentNode): Set<string> {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: args }: DirectiveNode) => {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}

function getFragments(document: DocumentNode): Fragments {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}
