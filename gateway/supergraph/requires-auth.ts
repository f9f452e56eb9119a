// Refuses a graph in which @requires or @fromContext goes around @auth. The gateway fetches what a field requires for its caller: a
// field for everybody that requires one for staff would either fail for most callers, or tell them what was made of it. So a
// field that requires a protected one must be protected at least as strongly. Apollo's composition has the same rule for its own
// @authenticated (MISSING_TRANSITIVE_AUTH_REQUIREMENTS).
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { findRenamedAuth, listFederationNames, readArguments } from './directive-names.ts';
import { getNamedTypeName, parseFieldSet } from './join-directives.ts';

interface SubgraphSdl {
  name: string;
  typeDefs: DocumentNode;
}

export interface UnprotectedField {
  subgraph: string;
  /** The field, or the @link that gives @auth another name. */
  node: FieldDefinitionNode | ConstDirectiveNode;
  /** The problem, which names both fields or both names. */
  problem: string;
}

/** What the subgraphs say of a type: the rules of each field that has @auth, the named type of each field, and its subtypes. */
interface TypeRules {
  rules: Map<string, readonly string[]>;
  fieldTypes: Map<string, string>;
  implementers: Set<string>;
}

/** What a field needs for its resolution, and from which type. */
interface Requirement {
  directive: 'requires' | 'fromContext';
  type: string;
  selections: SelectionSetNode;
}

/** In the order of the subgraphs. */
export function findUnprotectedFields(subgraphs: readonly SubgraphSdl[]): UnprotectedField[] {
  const types = readTypes(subgraphs);
  return subgraphs.flatMap(({ name: subgraph, typeDefs }) => {
    const listRequirements = buildRequirementReader(typeDefs);
    return listFields(typeDefs).flatMap(({ type, field }) => {
      // The subgraph checks this @auth when it resolves the field, whatever another subgraph says of the same field.
      const allowed = readRules(field);
      return listRequirements(type, field).flatMap(({ directive, type: from, selections }) =>
        findRequiredRules(types, from, selections)
          .filter(({ rules }) => !allowed?.every((rule) => isAllowed(rule, rules)))
          .map(({ coordinate, rules }) => ({
            subgraph,
            node: field,
            problem: describe(`${type}.${field.name.value}`, allowed, directive, coordinate, rules),
          })),
      );
    });
  });
}

/** Subgraphs enforce @auth by this name, so that another one would leave its fields open to everybody. */
export function findUnenforcedAuth(subgraphs: readonly SubgraphSdl[]): UnprotectedField[] {
  return subgraphs.flatMap(({ name: subgraph, typeDefs }) =>
    findRenamedAuth(typeDefs).map(({ node, as }) => ({
      subgraph,
      node,
      problem: `"@auth" is imported as "@${as}", and a subgraph enforces it under its own name only`,
    })),
  );
}

/** Reads @requires and @fromContext under the names that this subgraph gives them. */
function buildRequirementReader(typeDefs: DocumentNode) {
  const requiresNames = listFederationNames(typeDefs, 'requires');
  const fromContextNames = listFederationNames(typeDefs, 'fromContext');
  const owners = readContexts(typeDefs);
  return (type: string, field: FieldDefinitionNode): Requirement[] => {
    const required = readText(field, requiresNames, 'fields').map((text): Requirement => {
      return { directive: 'requires', type, selections: parseFieldSet(text) };
    });
    const fromContext = (field.arguments ?? []).flatMap((argument) =>
      readText(argument, fromContextNames, 'field').flatMap((text) => {
        const [, context = '', selected = ''] = contextValue.exec(text) ?? [];
        return (owners.get(context) ?? []).map((owner): Requirement => {
          return { directive: 'fromContext', type: owner, selections: parseFieldSet(selected) };
        });
      }),
    );
    return [...required, ...fromContext];
  };
}

/** A context and the selections from it, with the blanks and comments that the composition allows there. */
const contextValue =
  /^(?:[\s,]|#[^\n\r]*(?![^\n\r]))*\$(?:[\s,]|#[^\n\r]*(?![^\n\r]))*([A-Za-z_]\w*)([\s\S]*)$/;

/** The types that give each context. */
function readContexts(typeDefs: DocumentNode): Map<string, string[]> {
  const names = listFederationNames(typeDefs, 'context');
  const owners = new Map<string, string[]>();
  for (const node of typeDefs.definitions) {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
    for (const context of readText(node, names, 'name'))
      owners.set(context, [...(owners.get(context) ?? []), node.name.value]);
  }
  return owners;
}

function describe(
  field: string,
  allowed: readonly string[] | undefined,
  directive: Requirement['directive'],
  required: string,
  rules: readonly string[],
): string {
  const who = allowed === undefined ? 'everybody' : JSON.stringify(allowed);
  return `"${field}" is open to ${who}, and its @${directive} names "${required}", which @auth opens to ${JSON.stringify(rules)} only`;
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
      fieldTypes.set(field.name.value, getNamedTypeName(field.type));
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

/** Who may use the field, as @auth says it. Undefined for a field that is open to everybody. */
export function readRules({ directives = [] }: FieldDefinitionNode): readonly string[] | undefined {
  const auth = directives.find(({ name }) => name.value === 'auth');
  return auth && [readArguments(auth).allow].flat().map(String);
}

/** The text that each directive with one of the names has for its argument. */
function readText(
  { directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  names: ReadonlySet<string>,
  argument: string,
): string[] {
  return directives
    .filter(({ name }) => names.has(name.value))
    .map((directive) => readArguments(directive)[argument])
    .filter((text) => typeof text === 'string');
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
