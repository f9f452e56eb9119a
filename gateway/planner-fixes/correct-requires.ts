// A field with arguments that some @requires names has one place in an answer, for which the client and every @requires
// compete: whoever comes last decides on the arguments. So each set of arguments becomes a field of its own, without
// arguments, that clients cannot see: `requires: "price(currency: USD)"` becomes `requires: "price__1f0c33d2"`. Subgraphs know
// nothing of it: on the way to them (planner-fixes/stand-in-calls.ts) it is the real field again.
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
  /** By the name of the field that stands in. */
  standIns: Map<string, StandIn>;
  /** The stand-ins that a field needs, by the subgraph's name in join__Graph, then by "Type.field". */
  requiredStandIns: Map<string, Map<string, RequiredStandIns>>;
}

/** A stand-in to add to a type: for which field, and which subgraphs name it. */
interface WantedStandIn {
  field: string;
  graphs: Set<string>;
}

type WantedStandIns = Map<string, Map<string, WantedStandIn>>;

/** `hidden` is the directive @inaccessible, by the name that it has in the supergraph. */
export function correctRequires(
  types: ReadonlyMap<string, FieldsType>,
  hidden: ConstDirectiveNode,
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
    if (type !== undefined) corrected.types.set(name, addStandIns(type, standIns, types, hidden));
  }
  return corrected;
}

function rewriteField(
  type: string,
  field: FieldDefinitionNode,
  rewriter: FieldSetRewriter,
  { requiredStandIns: needs }: CorrectedRequires,
): FieldDefinitionNode {
  let isChanged = false;
  const directives = field.directives?.map((join) => {
    const requires = join.name.value === 'join__field' ? stringArgument(join, 'requires') : undefined;
    if (requires === undefined) return join;
    const graph = stringArgument(join, 'graph') ?? '';
    const set = rewriter.rewrite(parseFieldSet(requires), type, graph);
    const needed = findRequiredStandIns(set, rewriter.standIns);
    if (needed.size === 0) return join;
    isChanged = true;
    needs.set(
      graph,
      (needs.get(graph) ?? new Map<string, RequiredStandIns>()).set(`${type}.${field.name.value}`, needed),
    );
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
    return { ...set, selections: set.selections.map((node) => this.#selection(node, parent, graph)) };
  }

  #selection(node: SelectionNode, parent: string, graph: string): SelectionNode {
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
    // Also without arguments in it: the client may give some, and then it is another value.
    if (!definition.arguments?.length) return whole;
    const name = getStandInName(node);
    this.standIns.set(name, { name: node.name.value, arguments: node.arguments ?? [] });
    this.#want(parent, name, node.name.value, graph);
    return { ...whole, name: { kind: Kind.NAME, value: name }, arguments: [] };
  }

  /** In the type, and where that is an interface in every type that implements it. */
  #want(parent: string, standIn: string, field: string, graph: string): void {
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
  hidden: ConstDirectiveNode,
): FieldsType {
  const isReplaced = (field: string, join: ConstDirectiveNode) =>
    booleanArgument(join, 'external') === true &&
    [...standIns.values()].some(
      (wanted) => wanted.field === field && wanted.graphs.has(stringArgument(join, 'graph') ?? ''),
    ) &&
    !isInterfaceField(type, field, stringArgument(join, 'graph'), types);
  // The engine refuses a field that is external in a subgraph where nothing names it.
  const fields = (type.fields ?? []).map((field): FieldDefinitionNode => {
    const { directives = [] } = field;
    const kept = directives.filter(
      (join) => join.name.value !== 'join__field' || !isReplaced(field.name.value, join),
    );
    return kept.length === directives.length ? field : { ...field, directives: kept };
  });
  const added = [...standIns].flatMap(([name, { field, graphs }]) => {
    const real = findField(type, field);
    return real === undefined ? [] : [buildStandIn(name, real, graphs, hidden)];
  });
  return { ...type, fields: [...fields, ...added] };
}

/** Whether the type needs the field in that subgraph in order to implement an interface there. */
function isInterfaceField(
  type: FieldsType,
  field: string,
  graph: string | undefined,
  types: ReadonlyMap<string, FieldsType>,
): boolean {
  return directivesNamed(type, 'join__implements').some((join) => {
    const found =
      stringArgument(join, 'graph') === graph
        ? findField(types.get(stringArgument(join, 'interface') ?? ''), field)
        : undefined;
    if (found === undefined) return false;
    const places = directivesNamed(found, 'join__field');
    return places.length === 0 || places.some((place) => stringArgument(place, 'graph') === graph);
  });
}

/** In the subgraphs where the real one is, overridden where it is; external where it is external and named. */
function buildStandIn(
  name: string,
  { kind, type, directives = [] }: FieldDefinitionNode,
  graphs: ReadonlySet<string>,
  hidden: ConstDirectiveNode,
): FieldDefinitionNode {
  const places = directives.filter(
    (join) =>
      join.name.value === 'join__field' &&
      (booleanArgument(join, 'external') !== true || graphs.has(stringArgument(join, 'graph') ?? '')),
  );
  // Whoever may see the one, and keep it, may the other.
  const rules = directives.filter((rule) => rule.name.value === 'auth' || rule.name.value === 'cacheControl');
  return {
    kind,
    name: { kind: Kind.NAME, value: name },
    arguments: [],
    type,
    directives: [...places, ...rules, hidden],
  };
}
