// What a fetch says to a subgraph where fields stand in for others with arguments (planner-fixes/correct-requires.ts): the text
// with the real fields, under the names of those that stand in for them. A field's needs that would be in each other's way in
// one representation (two arguments for one field) are asked for in texts of their own.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { type Fragments, indexFragments } from '../fragments.ts';
import { mergeRequiredStandIns, type RequiredStandIns, type StandIn } from './required-stand-ins.ts';

export interface RewrittenOperation {
  query: string;
  /** Names of the variables that the text declares. */
  variables: ReadonlySet<string>;
  /** By type, the stand-ins that a representation is sent with. */
  requiredStandIns: ReadonlyMap<string, RequiredStandIns>;
}

export interface SubgraphStandIns {
  fields: ReadonlyMap<string, StandIn>;
  /** What a field of the subgraph needs, by "Type.field". */
  requiredStandIns: ReadonlyMap<string, RequiredStandIns>;
}

/** One text or more, the first with all that is in nobody's way; none where everything is right as it stands. */
export function rewriteOperation(query: string, standIns: SubgraphStandIns): RewrittenOperation[] {
  const given = parse(query, { noLocation: true });
  const document = replaceStandIns(given, standIns.fields);
  const unsplit = (needs: ReadonlyMap<string, RequiredStandIns>) =>
    document === given && needs.size === 0 ? [] : [printOperation(document, needs)];
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const entities = operation && getEntitiesSelection(operation);
  if (operation === undefined || entities === undefined) return unsplit(new Map());
  const fragments = indexFragments(document);
  const splitting = new OperationSplitter(standIns, fragments);
  splitting.groupFields(entities, undefined);
  if (splitting.groups.length === 1) return unsplit(splitting.groups[0] ?? new Map());
  return splitting.groups.map((needs, index) => {
    const part = replaceEntitiesSelection(operation, splitting.buildPart(entities, index));
    return printOperation(pruneOperation(part, fragments), needs);
  });
}

function replaceStandIns(document: DocumentNode, fields: ReadonlyMap<string, StandIn>): DocumentNode {
  return visit(document, {
    Field: (node): FieldNode | undefined => {
      const real = fields.get(node.name.value);
      if (real === undefined) return undefined;
      const name = { kind: Kind.NAME as const, value: real.name };
      return { ...node, alias: node.alias ?? node.name, name, arguments: real.arguments };
    },
  });
}

function getEntitiesSelection({ selectionSet }: OperationDefinitionNode): SelectionSetNode | undefined {
  const [field, ...others] = selectionSet.selections;
  const isOnly = others.length === 0 && field?.kind === Kind.FIELD && field.name.value === '_entities';
  return isOnly ? field.selectionSet : undefined;
}

function replaceEntitiesSelection(
  operation: OperationDefinitionNode,
  selectionSet: SelectionSetNode,
): OperationDefinitionNode {
  const selections = operation.selectionSet.selections.map(
    (node) => ({ ...node, selectionSet }) as FieldNode,
  );
  return { ...operation, selectionSet: { ...operation.selectionSet, selections } };
}

class OperationSplitter {
  readonly groups: Map<string, RequiredStandIns>[] = [new Map()];
  readonly #groupOf = new Map<FieldNode, number>();
  readonly #standIns: SubgraphStandIns;
  readonly #fragments: Fragments;

  constructor(standIns: SubgraphStandIns, fragments: Fragments) {
    this.#standIns = standIns;
    this.#fragments = fragments;
  }

  groupFields(set: SelectionSetNode, type: string | undefined): void {
    for (const node of set.selections) {
      if (node.kind !== Kind.FIELD) {
        const fragment = this.#fragment(node);
        this.groupFields(fragment.selectionSet, fragment.typeCondition?.name.value ?? type);
        continue;
      }
      const needs =
        type === undefined ? undefined : this.#standIns.requiredStandIns.get(`${type}.${node.name.value}`);
      this.#groupOf.set(node, type === undefined || needs === undefined ? 0 : this.#groupFor(type, needs));
    }
  }

  #groupFor(type: string, needs: RequiredStandIns): number {
    const found = this.groups.findIndex((group) => this.#agree(needs, group.get(type) ?? new Map()));
    const group = this.groups[found] ?? new Map<string, RequiredStandIns>();
    if (found < 0) this.groups.push(group);
    const merged = new Map(group.get(type));
    mergeRequiredStandIns(merged, needs);
    group.set(type, merged);
    return found < 0 ? this.groups.length - 1 : found;
  }

  /** Whether one object can hold both under the real names. */
  #agree(one: RequiredStandIns, other: RequiredStandIns): boolean {
    const real = (key: string) => this.#standIns.fields.get(key)?.name ?? key;
    return [...one].every(([key, inside]) =>
      [...other].every(
        ([otherKey, otherInside]) =>
          real(key) !== real(otherKey) || (key === otherKey && this.#agree(inside, otherInside)),
      ),
    );
  }

  buildPart(set: SelectionSetNode, group: number): SelectionSetNode {
    const selections = set.selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD)
        return this.#groupOf.get(node) === group || node.name.value === '__typename' ? [node] : [];
      const { typeCondition, selectionSet } = this.#fragment(node);
      const inside = this.buildPart(selectionSet, group);
      if (inside.selections.length === 0 || (group > 0 && inside.selections.every(isTypenameField)))
        return [];
      const { directives = [] } = node;
      return [
        {
          kind: Kind.INLINE_FRAGMENT,
          ...(typeCondition && { typeCondition }),
          directives,
          selectionSet: inside,
        },
      ];
    });
    return { ...set, selections };
  }

  #fragment(node: Exclude<SelectionNode, FieldNode>): Pick<FragmentDefinitionNode, 'selectionSet'> & {
    typeCondition?: FragmentDefinitionNode['typeCondition'];
  } {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = node;
      return { ...(typeCondition && { typeCondition }), selectionSet };
    }
    const found = this.#fragments.get(node.name.value);
    if (found === undefined) throw new Error(`a plan without its fragment ${node.name.value}`);
    return found;
  }
}

function isTypenameField(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && node.name.value === '__typename';
}

/** With the fragments and variables that are used: a subgraph refuses others. */
function pruneOperation(operation: OperationDefinitionNode, fragments: Fragments): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const note = (node: { selectionSet: SelectionSetNode }) =>
    visit(node as OperationDefinitionNode, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(name.value)) return;
        used.set(name.value, fragment);
        note(fragment);
      },
    });
  note(operation);
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) =>
    variables.has(variable.name.value),
  );
  const whole = { ...operation, variableDefinitions: variableDefinitions ?? [] };
  return { kind: Kind.DOCUMENT, definitions: [whole, ...used.values()] };
}

function printOperation(
  document: DocumentNode,
  needs: ReadonlyMap<string, RequiredStandIns>,
): RewrittenOperation {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const declared = operation?.variableDefinitions?.map(({ variable }) => variable.name.value);
  return {
    query: stripIgnoredCharacters(print(document)),
    variables: new Set(declared),
    requiredStandIns: needs,
  };
}
