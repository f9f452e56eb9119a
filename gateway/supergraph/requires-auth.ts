// Refuses a graph in which @requires goes around @auth. The gateway fetches what a field requires for the caller of that field: a
// field for everybody that requires one for staff would either fail for most callers, or tell them what was made of it. So a
// field that requires a protected one must be protected at least as strongly. Apollo's composition has the same rule for its own
// @authenticated (MISSING_TRANSITIVE_AUTH_REQUIREMENTS).
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type TypeNode,
  valueFromASTUntyped,
} from 'graphql';

interface SubgraphSdl {
  name: string;
  typeDefs: DocumentNode;
}

export interface UnprotectedField {
  subgraph: string;
  field: FieldDefinitionNode;
  /** The problem, which names both fields. */
  problem: string;
}

/** What the subgraphs say of a type: the rules of each field that has @auth, the named type of each field, and its subtypes. */
interface TypeRules {
  rules: Map<string, readonly string[]>;
  fieldTypes: Map<string, string>;
  implementers: Set<string>;
}

/** In the order of the subgraphs. */
export function findUnprotectedFields(subgraphs: readonly SubgraphSdl[]): UnprotectedField[] {
  const types = readTypes(subgraphs);
  return subgraphs.flatMap(({ name: subgraph, typeDefs }) =>
    listFields(typeDefs).flatMap(({ type, field }) => {
      const requires = findDirective(field, 'requires');
      const text = requires && readArgument(requires, 'fields');
      if (typeof text !== 'string') return [];
      // The subgraph checks this @auth when it resolves the field, whatever another subgraph says of the same field.
      const allowed = readRules(field);
      return findRequiredRules(types, type, parseSelections(text)).flatMap(({ coordinate, rules }) =>
        allowed?.every((rule) => isAllowed(rule, rules))
          ? []
          : [
              {
                subgraph,
                field,
                problem: describe(`${type}.${field.name.value}`, allowed, coordinate, rules),
              },
            ],
      );
    }),
  );
}

function describe(
  field: string,
  allowed: readonly string[] | undefined,
  required: string,
  rules: readonly string[],
): string {
  const who = allowed === undefined ? 'everybody' : JSON.stringify(allowed);
  return `"${field}" is open to ${who}, and its @requires names "${required}", which @auth opens to ${JSON.stringify(rules)} only`;
}

/** Whoever meets the rule meets one of the others: staff have accounts. */
function isAllowed(rule: string, rules: readonly string[]): boolean {
  return rules.includes(rule) || (rule === 'staff' && rules.includes('account'));
}

function readTypes(subgraphs: readonly SubgraphSdl[]): Map<string, TypeRules> {
  const types = new Map<string, TypeRules>();
  const getType = (name: string): TypeRules => {
    const known = types.get(name) ?? { rules: new Map(), fieldTypes: new Map(), implementers: new Set() };
    types.set(name, known);
    return known;
  };
  for (const { typeDefs } of subgraphs) {
    for (const { type, field, interfaces } of listFields(typeDefs)) {
      const { rules, fieldTypes } = getType(type);
      for (const name of interfaces) getType(name).implementers.add(type);
      fieldTypes.set(field.name.value, getTypeName(field.type));
      const allow = readRules(field);
      if (allow !== undefined) rules.set(field.name.value, allow);
    }
  }
  return types;
}

function listFields({
  definitions,
}: DocumentNode): { type: string; field: FieldDefinitionNode; interfaces: readonly string[] }[] {
  return definitions.flatMap((node) => {
    const hasFields =
      node.kind === Kind.OBJECT_TYPE_DEFINITION ||
      node.kind === Kind.OBJECT_TYPE_EXTENSION ||
      node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      node.kind === Kind.INTERFACE_TYPE_EXTENSION;
    if (!hasFields) return [];
    const interfaces = (node.interfaces ?? []).map(({ name }) => name.value);
    return (node.fields ?? []).map((field) => ({ type: node.name.value, field, interfaces }));
  });
}

function getTypeName(node: TypeNode): string {
  return node.kind === Kind.NAMED_TYPE ? node.name.value : getTypeName(node.type);
}

/** Undefined for a field that is open to everybody. */
function readRules(field: FieldDefinitionNode): readonly string[] | undefined {
  const auth = findDirective(field, 'auth');
  return auth && [readArgument(auth, 'allow')].flat().map(String);
}

/** By its name in the federation specification, with and without its namespace. */
function findDirective({ directives = [] }: FieldDefinitionNode, wanted: string): DirectiveNode | undefined {
  return directives.find(({ name }) => name.value === wanted || name.value === `federation__${wanted}`);
}

function readArgument(directive: DirectiveNode, wanted: string): unknown {
  const argument = directive.arguments?.find(({ name }) => name.value === wanted);
  return argument && valueFromASTUntyped(argument.value);
}

/** The selections of @requires have no braces around them. The composition has parsed them already. */
function parseSelections(text: string): SelectionSetNode {
  const [operation] = parse(text.trimStart().startsWith('{') ? text : `{ ${text} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('@requires has no selections');
  return operation.selectionSet;
}

/** The protected fields among the selections, also those of the types that an interface stands for. */
function findRequiredRules(
  types: ReadonlyMap<string, TypeRules>,
  typeName: string,
  { selections }: SelectionSetNode,
): { coordinate: string; rules: readonly string[] }[] {
  const type = types.get(typeName);
  return selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT)
      return findRequiredRules(types, node.typeCondition?.name.value ?? typeName, node.selectionSet);
    const field = node.name.value;
    const own = [typeName, ...(type?.implementers ?? [])].flatMap((name) => {
      const rules = types.get(name)?.rules.get(field);
      return rules === undefined ? [] : [{ coordinate: `${name}.${field}`, rules }];
    });
    const next = type?.fieldTypes.get(field);
    const inner =
      node.selectionSet && next !== undefined ? findRequiredRules(types, next, node.selectionSet) : [];
    return [...own, ...inner];
  });
}
