// Every mixture of versions that a deployment may pass through: the subgraphs whose new schema is in the supergraph, times the
// subgraphs whose new version runs. A cell is safe when the supergraph composes and the running versions can answer every fetch of
// the plans of the registered operations.
import { type ASTNode, GraphQLError, type GraphQLSchema, parse, print, validate, visit } from 'graphql';
import type { SubgraphEntry } from '../../platform/supergraph-map.ts';
import { buildApiSchema } from '../plan/graph-schemas.ts';
import { openPlanner } from '../plan/plan.ts';
import type { PlannedFetch } from '../plan/planned-fetch.ts';
import { findFetchProblems, withoutSuggestion } from '../schema/answerable.ts';
import type { Comparison } from '../schema/comparison.ts';
import {
  type ComparedOperation,
  composeEntries,
  listOperations,
  readVersionSchema,
} from '../schema/graph-version.ts';
import { buildRunningSubgraph, type RunningSubgraph } from '../schema/running-subgraph.ts';

/** A part that is deployed as one: a subgraph, or all other subgraphs when there are too many to distinguish. */
export interface Unit {
  letter: string;
  subgraphs: readonly string[];
}

export interface Break {
  operation: ComparedOperation;
  why: string;
}

export interface Cell {
  /** The letters of the units whose new schema is in the supergraph, and of those whose new version runs. */
  supergraph: string;
  running: string;
  /** Why the supergraph of this row does not compose; then no cell of the row is safe. */
  composition: readonly string[];
  breaks: readonly Break[];
}

export interface Matrix {
  units: readonly Unit[];
  /** All subsets of the letters, smaller ones first. */
  sets: readonly string[];
  cell: (supergraph: string, running: string) => Cell;
}

/** The subgraphs whose SDL differs in more than layout and descriptions, including added and removed ones. */
export function findChangedSubgraphs({ base, candidate }: Comparison): string[] {
  const sdl = (version: typeof base, name: string) => {
    const entry = version.map.subgraphs.find((one) => one.name === name);
    return entry && printMeaning(readVersionSchema(version, entry));
  };
  const names = new Set([...candidate.map.subgraphs, ...base.map.subgraphs].map(({ name }) => name));
  return [...names].filter((name) => sdl(base, name) !== sdl(candidate, name));
}

function printMeaning(sdl: string): string {
  const withoutDescription = (node: ASTNode) =>
    'description' in node ? { ...node, description: undefined } : node;
  try {
    return print(visit(parse(sdl), { enter: withoutDescription }));
  } catch {
    // Composition reports the syntax error.
    return sdl;
  }
}

/** At most three units: their 64 mixtures are still readable. */
export function groupUnits(subgraph: string, changed: readonly string[]): Unit[] {
  const others = changed.filter((name) => name !== subgraph);
  if (others.length > 2) return letterUnits([[subgraph], others]);
  return letterUnits([[subgraph], ...others.map((name) => [name])]);
}

function letterUnits(groups: readonly string[][]): Unit[] {
  return groups.map((subgraphs, index) => ({ letter: 'ABC'[index] ?? '', subgraphs }));
}

export function buildMatrix(comparison: Comparison, units: readonly Unit[]): Matrix {
  const sets = listSubsets(units.map(({ letter }) => letter));
  const operations = listOperations(comparison.base, comparison.candidate);
  const rows = new Map(
    sets.map((set) => [
      set,
      buildRow(comparison, { units, set, operations, isComplete: set === sets.at(-1) }),
    ]),
  );
  const findProblems = createFetchJudge(comparison);
  const isIn = (set: string, subgraph: string) =>
    units.some(({ letter, subgraphs }) => set.includes(letter) && subgraphs.includes(subgraph));
  const cell = (supergraph: string, set: string): Cell => {
    const { problems = [], plans = [] } = rows.get(supergraph) ?? {};
    const breaks = plans.flatMap(({ operation, refused, fetches, schema }) =>
      [
        ...refused,
        ...fetches.flatMap((fetch) => findProblems(fetch, isIn(set, fetch.subgraph) ? 'new' : 'old', schema)),
      ].map((why) => ({ operation, why })),
    );
    return { supergraph, running: set, composition: problems, breaks };
  };
  return { units, sets, cell };
}

/** Finds the problems of a fetch at the new or the deployed version of its subgraph. Each pair is checked once. */
function createFetchJudge({ base, candidate }: Comparison) {
  const running = memoize((key: string): RunningSubgraph | string => {
    const [name = '', version = ''] = key.split(' ');
    const entry = (version === 'new' ? candidate : base).map.subgraphs.find((one) => one.name === name);
    if (entry === undefined) return `${name} does not run`;
    try {
      return buildRunningSubgraph(name, readVersionSchema(base, entry));
    } catch (cause) {
      if (!(cause instanceof GraphQLError)) throw cause;
      return `${name} does not start: ${cause.message.split('\n')[0]}`;
    }
  });
  const known = { new: new Map<PlannedFetch, string[]>(), old: new Map<PlannedFetch, string[]>() };
  return (fetch: PlannedFetch, version: 'new' | 'old', schema: GraphQLSchema): string[] => {
    const earlier = known[version].get(fetch);
    if (earlier !== undefined) return earlier;
    const subgraph = running(`${fetch.subgraph} ${version}`);
    const problems =
      typeof subgraph === 'string'
        ? [subgraph]
        : findFetchProblems(fetch, subgraph, schema).map((problem) => `${fetch.subgraph}: ${problem}`);
    known[version].set(fetch, problems);
    return problems;
  };
}

interface Plan {
  operation: ComparedOperation;
  /** Why the supergraph refuses the operation. */
  refused: readonly string[];
  fetches: readonly PlannedFetch[];
  /** The schema of the supergraph, inaccessible elements included. */
  schema: GraphQLSchema;
}

interface Row {
  problems: readonly string[];
  plans: readonly Plan[];
}

function buildRow(
  comparison: Comparison,
  {
    units,
    set,
    operations,
    isComplete,
  }: {
    units: readonly Unit[];
    set: string;
    operations: readonly ComparedOperation[];
    /** True when the supergraph has the new schemas of all units. */
    isComplete: boolean;
  },
): Row {
  const { map, restorePaths } = comparison.base;
  const { supergraphSdl, problems } = composeEntries(map, listEntries(comparison, units, set), restorePaths);
  if (supergraphSdl === undefined) return { problems, plans: [] };
  const apiSchema = buildApiSchema(supergraphSdl);
  const planned = openPlanner(supergraphSdl);
  const schema = planned.supergraphSchema;
  const plans = operations.flatMap((operation): Plan[] => {
    const refused = validate(apiSchema, operation.document).map(
      ({ message }) => `the supergraph: ${withoutSuggestion(message)}`,
    );
    // Clients send a new operation only when the graph has all of its fields.
    if (refused.length > 0 && operation.isNew && !isComplete) return [];
    const fetches = refused.length > 0 ? [] : planned.planFetches(operation.document, operation.name);
    return [{ operation, refused, fetches, schema }];
  });
  return { problems, plans };
}

/** In the order of the candidate's map, followed by the entries that only the base has. */
function listEntries({ base, candidate }: Comparison, units: readonly Unit[], set: string): SubgraphEntry[] {
  const moved = new Set(
    units.filter(({ letter }) => set.includes(letter)).flatMap(({ subgraphs }) => subgraphs),
  );
  const names = new Set([...candidate.map.subgraphs, ...base.map.subgraphs].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const { map } = moved.has(name) ? candidate : base;
    return map.subgraphs.find((entry) => entry.name === name) ?? [];
  });
}

/** 'ABC' → '', A, B, C, AB, AC, BC, ABC. */
function listSubsets(letters: readonly string[]): string[] {
  const sets = [''];
  for (const letter of letters) sets.push(...sets.map((set) => set + letter));
  return sets.sort((one, other) => one.length - other.length || one.localeCompare(other));
}

function memoize<Value>(make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key) as Value;
  };
}
