// Corrects @requires of fields with arguments. Such a field has one key in a response, under which the values for the client and
// for every @requires overwrite each other. So each set of arguments gets a stand-in: a field without arguments that clients
// cannot see. `requires: "price(currency: USD)"` becomes `requires: "price__1f0c33d2"`. A subgraph knows no stand-ins: it is
// called with the real field (planner-fixes/stand-in-calls.ts).
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import {
  booleanArgument,
  directivesNamed,
  type FieldsType,
  findField,
  getNamedTypeName,
  parseFieldSet,
  printFieldSet,
  replaceStringArgument,
  stringArgument,
} from '../supergraph/join-directives.ts';
import {
  findRequiredStandIns,
  getStandInName,
  type RequiredStandIns,
  type StandIn,
} from './required-stand-ins.ts';

export interface CorrectedRequires {
  /** The types that change, by name. */
  types: Map<string, FieldsType>;
  /** By name. */
  standIns: Map<string, StandIn>;
  /** The stand-ins that a field requires, by the value of join__Graph, then by "Type.field". */
  requiredStandIns: Map<string, Map<string, RequiredStandIns>>;
}

/** A stand-in to add to a type: the field that it replaces, and the subgraphs whose @requires use it. */
interface WantedStandIn {
  field: string;
  graphs: Set<string>;
}

type WantedStandIns = Map<string, Map<string, WantedStandIn>>;

/** `inaccessible` is the directive @inaccessible, under the name that it has in the supergraph. */
export function correctRequires(
  types: ReadonlyMap<string, FieldsType>,
  inaccessible: ConstDirectiveNode,
): CorrectedRequires {
  const corrected: CorrectedRequires = { types: new Map(), standIns: new Map(), requiredStandIns: new Map() };
  const wanted: WantedStandIns = new Map();
  const rewriter = new FieldSetRewriter(types, corrected.standIns, wanted);
  for (const [name, type] of types) {
    const fields = type.fields?.map((field) => rewriteField(name, field, rewriter, corrected));
    if (fields?.some((field, index) => field !== type.fields?.[index]))
      corrected.types.set(name, { ...type, fields });
  }
  for (const [name, standIns] of wanted) {
    const type = corrected.types.get(name) ?? types.get(name);
    if (type !== undefined) corrected.types.set(name, addStandIns(type, standIns, types, inaccessible));
  }
  return corrected;
}

function rewriteField(
  type: string,
  field: FieldDefinitionNode,
  rewriter: FieldSetRewriter,
  { requiredStandIns }: CorrectedRequires,
): FieldDefinitionNode {
  let isChanged = false;
  const directives = field.directives?.map((join) => {
    const requires = join.name.value === 'join__field' ? stringArgument(join, 'requires') : undefined;
    if (requires === undefined) return join;
    const graph = stringArgument(join, 'graph') ?? '';
    const set = rewriter.rewrite(parseFieldSet(requires), type, graph);
    const required = findRequiredStandIns(set, rewriter.standIns);
    if (required.size === 0) return join;
    isChanged = true;
    const ofGraph = requiredStandIns.get(graph) ?? new Map<string, RequiredStandIns>();
    requiredStandIns.set(graph, ofGraph.set(`${type}.${field.name.value}`, required));
    return replaceStringArgument(join, 'requires', printFieldSet(set));
  });
  return isChanged ? { ...field, directives: directives ?? [] } : field;
}

class FieldSetRewriter {
  readonly standIns: Map<string, StandIn>;
  readonly #types: ReadonlyMap<string, FieldsType>;
  readonly #wanted: WantedStandIns;

  constructor(
    types: ReadonlyMap<string, FieldsType>,
    standIns: Map<string, StandIn>,
    wanted: WantedStandIns,
  ) {
    this.#types = types;
    this.standIns = standIns;
    this.#wanted = wanted;
  }

  rewrite(set: SelectionSetNode, parent: string, graph: string): SelectionSetNode {
    return { ...set, selections: set.selections.map((node) => this.#rewriteSelection(node, parent, graph)) };
  }

  #rewriteSelection(node: SelectionNode, parent: string, graph: string): SelectionNode {
    if (node.kind === Kind.FRAGMENT_SPREAD) return node;
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const type = node.typeCondition?.name.value ?? parent;
      return { ...node, selectionSet: this.rewrite(node.selectionSet, type, graph) };
    }
    const definition = findField(this.#types.get(parent), node.name.value);
    if (definition === undefined) return node;
    const inner =
      node.selectionSet && this.rewrite(node.selectionSet, getNamedTypeName(definition.type), graph);
    const whole: FieldNode = inner === undefined ? node : { ...node, selectionSet: inner };
    // A field without arguments in @requires gets a stand-in as well: with the client's arguments it has another value.
    if (!definition.arguments?.length) return whole;
    const name = getStandInName(node);
    this.standIns.set(name, { name: node.name.value, arguments: node.arguments ?? [] });
    this.#addWanted(parent, name, node.name.value, graph);
    return { ...whole, name: { kind: Kind.NAME, value: name }, arguments: [] };
  }

  /** In the type, and for an interface also in every type that implements it. */
  #addWanted(parent: string, standIn: string, field: string, graph: string): void {
    for (const [name, type] of this.#types) {
      if (name !== parent && !type.interfaces?.some((implemented) => implemented.name.value === parent))
        continue;
      const ofType = this.#wanted.get(name) ?? new Map<string, WantedStandIn>();
      this.#wanted.set(name, ofType);
      const known = ofType.get(standIn) ?? { field, graphs: new Set() };
      ofType.set(standIn, known);
      known.graphs.add(graph);
    }
  }
}

function addStandIns(
  type: FieldsType,
  standIns: ReadonlyMap<string, WantedStandIn>,
  types: ReadonlyMap<string, FieldsType>,
  inaccessible: ConstDirectiveNode,
): FieldsType {
  const isReplaced = (field: string, join: ConstDirectiveNode) =>
    booleanArgument(join, 'external') === true &&
    [...standIns.values()].some(
      (wanted) => wanted.field === field && wanted.graphs.has(stringArgument(join, 'graph') ?? ''),
    ) &&
    !isInterfaceField(type, field, stringArgument(join, 'graph'), types);
  // Apollo's planner refuses a field that is @external in a subgraph where no directive uses it.
  const fields = (type.fields ?? []).map((field): FieldDefinitionNode => {
    const { directives = [] } = field;
    const remaining = directives.filter(
      (join) => join.name.value !== 'join__field' || !isReplaced(field.name.value, join),
    );
    return remaining.length === directives.length ? field : { ...field, directives: remaining };
  });
  const added = [...standIns].flatMap(([name, { field, graphs }]) => {
    const real = findField(type, field);
    return real === undefined ? [] : [buildStandIn(name, real, graphs, inaccessible)];
  });
  return { ...type, fields: [...fields, ...added] };
}

/** Whether an interface of that subgraph has the field, so that the type must have it there. */
function isInterfaceField(
  type: FieldsType,
  field: string,
  graph: string | undefined,
  types: ReadonlyMap<string, FieldsType>,
): boolean {
  return directivesNamed(type, 'join__implements').some((join) => {
    const interfaceField =
      stringArgument(join, 'graph') === graph
        ? findField(types.get(stringArgument(join, 'interface') ?? ''), field)
        : undefined;
    if (interfaceField === undefined) return false;
    const joins = directivesNamed(interfaceField, 'join__field');
    return joins.length === 0 || joins.some((join) => stringArgument(join, 'graph') === graph);
  });
}

/** Has the @join__field of the real field, except where that is @external in a subgraph that does not require it. */
function buildStandIn(
  name: string,
  { kind, type, directives = [] }: FieldDefinitionNode,
  graphs: ReadonlySet<string>,
  inaccessible: ConstDirectiveNode,
): FieldDefinitionNode {
  const joins = directives.filter(
    (join) =>
      join.name.value === 'join__field' &&
      (booleanArgument(join, 'external') !== true || graphs.has(stringArgument(join, 'graph') ?? '')),
  );
  // A stand-in has the value of the real field: the same callers may read it, and it may be cached as long.
  const rules = directives.filter((rule) => rule.name.value === 'auth' || rule.name.value === 'cacheControl');
  return {
    kind,
    name: { kind: Kind.NAME, value: name },
    arguments: [],
    type,
    directives: [...joins, ...rules, inaccessible],
  };
}
