// Rewrites the operation of a fetch with stand-ins (planner-fixes/correct-requires.ts): it selects the real fields, with the names
// of the stand-ins as aliases. Fields that require one real field with different arguments cannot share a representation: the
// operation is split, so that each part has representations of its own.
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
  /** The names of the variables that it declares. */
  variables: ReadonlySet<string>;
  /** The stand-ins that its representations contain, by type. */
  requiredStandIns: ReadonlyMap<string, RequiredStandIns>;
}

export interface SubgraphStandIns {
  /** The stand-ins of all subgraphs, by name. */
  fields: ReadonlyMap<string, StandIn>;
  /** The stand-ins that a field of the subgraph requires, by "Type.field". */
  requiredStandIns: ReadonlyMap<string, RequiredStandIns>;
}

/**
 * No operation where the subgraph can be called with the given one. Otherwise one or more; the first has all fields that conflict
 * with no other.
 */
export function rewriteOperation(query: string, standIns: SubgraphStandIns): RewrittenOperation[] {
  const original = parse(query, { noLocation: true });
  const document = replaceStandIns(original, standIns.fields);
  const rewriteWhole = (required: ReadonlyMap<string, RequiredStandIns>) =>
    document === original && required.size === 0 ? [] : [printOperation(document, required)];
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const entities = operation && getEntitiesSelection(operation);
  if (operation === undefined || entities === undefined) return rewriteWhole(new Map());
  const fragments = indexFragments(document);
  const splitter = new OperationSplitter(standIns, fragments);
  splitter.groupFields(entities, undefined);
  if (splitter.groups.length === 1) return rewriteWhole(splitter.groups[0] ?? new Map());
  return splitter.groups.map((required, index) => {
    const part = replaceEntitiesSelection(operation, splitter.buildPart(entities, index));
    return printOperation(pruneOperation(part, fragments), required);
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
        const fragment = this.#getFragment(node);
        this.groupFields(fragment.selectionSet, fragment.typeCondition?.name.value ?? type);
        continue;
      }
      const required =
        type === undefined ? undefined : this.#standIns.requiredStandIns.get(`${type}.${node.name.value}`);
      this.#groupOf.set(
        node,
        type === undefined || required === undefined ? 0 : this.#findGroup(type, required),
      );
    }
  }

  #findGroup(type: string, required: RequiredStandIns): number {
    const found = this.groups.findIndex((group) =>
      this.#canShareObject(required, group.get(type) ?? new Map()),
    );
    const group = this.groups[found] ?? new Map<string, RequiredStandIns>();
    if (found < 0) this.groups.push(group);
    const merged = new Map(group.get(type));
    mergeRequiredStandIns(merged, required);
    group.set(type, merged);
    return found < 0 ? this.groups.length - 1 : found;
  }

  /** Whether one object can have both under their real names. */
  #canShareObject(one: RequiredStandIns, other: RequiredStandIns): boolean {
    const getRealName = (key: string) => this.#standIns.fields.get(key)?.name ?? key;
    return [...one].every(([key, inner]) =>
      [...other].every(
        ([otherKey, otherInner]) =>
          getRealName(key) !== getRealName(otherKey) ||
          (key === otherKey && this.#canShareObject(inner, otherInner)),
      ),
    );
  }

  buildPart(set: SelectionSetNode, group: number): SelectionSetNode {
    const selections = set.selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD)
        return this.#groupOf.get(node) === group || node.name.value === '__typename' ? [node] : [];
      const { typeCondition, selectionSet } = this.#getFragment(node);
      const inner = this.buildPart(selectionSet, group);
      if (inner.selections.length === 0 || (group > 0 && inner.selections.every(isTypenameField))) return [];
      const { directives = [] } = node;
      return [
        {
          kind: Kind.INLINE_FRAGMENT,
          ...(typeCondition && { typeCondition }),
          directives,
          selectionSet: inner,
        },
      ];
    });
    return { ...set, selections };
  }

  #getFragment(node: Exclude<SelectionNode, FieldNode>): Pick<FragmentDefinitionNode, 'selectionSet'> & {
    typeCondition?: FragmentDefinitionNode['typeCondition'];
  } {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = node;
      return { ...(typeCondition && { typeCondition }), selectionSet };
    }
    const found = this.#fragments.get(node.name.value);
    if (found === undefined) throw new Error(`the fetch has no fragment ${node.name.value}`);
    return found;
  }
}

function isTypenameField(node: SelectionNode): boolean {
  return node.kind === Kind.FIELD && node.name.value === '__typename';
}

/** Keeps only the fragments and variables that the operation uses: a subgraph refuses unused ones. */
function pruneOperation(operation: OperationDefinitionNode, fragments: Fragments): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  const variables = new Set<string>();
  const collect = (node: { selectionSet: SelectionSetNode }) =>
    visit(node as OperationDefinitionNode, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(name.value)) return;
        used.set(name.value, fragment);
        collect(fragment);
      },
    });
  collect(operation);
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
