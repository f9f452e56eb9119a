// Every mixture of versions that a deployment may pass: which subgraphs the supergraph was composed with as they are to be,
// times which of them already run so. A cell is safe when the supergraph composes and each registered operation's plan
// asks of every subgraph only what its running version can answer.
import { type ASTNode, GraphQLError, type GraphQLSchema, parse, print, validate, visit } from 'graphql';
import type { SubgraphEntry } from '../../platform/supergraph-map.ts';
import { apiSchemaOf } from '../plan/graph-schemas.ts';
import { plansOf } from '../plan/plan.ts';
import type { PlannedFetch } from '../plan/planned-fetch.ts';
import { problemsOf, withoutSuggestion } from '../schema/answerable.ts';
import type { Comparison } from '../schema/comparison.ts';
import { composeEntries, type JudgedOperation, operationsOf, schemaOf } from '../schema/graph-version.ts';
import { type RunningSubgraph, runningSubgraph } from '../schema/running-subgraph.ts';

/** What is deployed as one: a subgraph, or all others where they are too many to tell apart. */
export interface Unit {
  letter: string;
  subgraphs: readonly string[];
}

export interface Break {
  operation: JudgedOperation;
  why: string;
}

export interface Cell {
  /** The letters that the supergraph was composed with, and those that run, as they are to be. */
  supergraph: string;
  running: string;
  /** Why the supergraph of this row cannot be: then no cell of it can. */
  composition: readonly string[];
  breaks: readonly Break[];
}

export interface Matrix {
  units: readonly Unit[];
  /** All subsets of the letters, the smaller first. */
  sets: readonly string[];
  cell: (supergraph: string, running: string) => Cell;
}

/** The subgraphs whose SDL says something else, layout and descriptions aside; added and removed ones too. */
export function changedSubgraphs({ base, candidate }: Comparison): string[] {
  const sdl = (version: typeof base, name: string) => {
    const entry = version.map.subgraphs.find((one) => one.name === name);
    return entry && meaningOf(schemaOf(version, entry));
  };
  const names = new Set([...candidate.map.subgraphs, ...base.map.subgraphs].map(({ name }) => name));
  return [...names].filter((name) => sdl(base, name) !== sdl(candidate, name));
}

function meaningOf(sdl: string): string {
  const withoutDescription = (node: ASTNode) =>
    'description' in node ? { ...node, description: undefined } : node;
  try {
    return print(visit(parse(sdl), { enter: withoutDescription }));
  } catch {
    // Composition says where it is broken.
    return sdl;
  }
}

/** Three at most are told apart: their 64 mixtures can still be read. */
export function unitsOf(subgraph: string, changed: readonly string[]): Unit[] {
  const others = changed.filter((name) => name !== subgraph);
  if (others.length > 2) return lettered([[subgraph], others]);
  return lettered([[subgraph], ...others.map((name) => [name])]);
}

function lettered(groups: readonly string[][]): Unit[] {
  return groups.map((subgraphs, index) => ({ letter: 'ABC'[index] ?? '', subgraphs }));
}

export function matrixOf(comparison: Comparison, units: readonly Unit[]): Matrix {
  const sets = subsetsOf(units.map(({ letter }) => letter));
  const operations = operationsOf(comparison.base, comparison.candidate);
  const rows = new Map(
    sets.map((set) => [set, rowOf(comparison, units, set, operations, set === sets.at(-1))]),
  );
  const unanswered = judgeOfFetches(comparison);
  const moves = (set: string, subgraph: string) =>
    units.some(({ letter, subgraphs }) => set.includes(letter) && subgraphs.includes(subgraph));
  const cell = (supergraph: string, set: string): Cell => {
    const { problems = [], plans = [] } = rows.get(supergraph) ?? {};
    const breaks = plans.flatMap(({ operation, refused, fetches, schema }) =>
      [...refused, ...fetches.flatMap((fetch) => unanswered(fetch, moves(set, fetch.subgraph), schema))].map(
        (why) => ({ operation, why }),
      ),
    );
    return { supergraph, running: set, composition: problems, breaks };
  };
  return { units, sets, cell };
}

/** What stands against a fetch at the version that is to be, or the deployed one; each is judged once. */
function judgeOfFetches({ base, candidate }: Comparison) {
  const running = remembered((key: string): RunningSubgraph | string => {
    const [name = '', version = ''] = key.split(' ');
    const entry = (version === 'new' ? candidate : base).map.subgraphs.find((one) => one.name === name);
    if (entry === undefined) return `${name} does not run`;
    try {
      return runningSubgraph(name, schemaOf(base, entry));
    } catch (cause) {
      if (!(cause instanceof GraphQLError)) throw cause;
      return `${name} does not start: ${cause.message.split('\n')[0]}`;
    }
  });
  const known = { new: new Map<PlannedFetch, string[]>(), old: new Map<PlannedFetch, string[]>() };
  return (fetch: PlannedFetch, isNew: boolean, schema: GraphQLSchema): string[] => {
    const version = isNew ? 'new' : 'old';
    const judged = known[version].get(fetch);
    if (judged !== undefined) return judged;
    const subgraph = running(`${fetch.subgraph} ${version}`);
    const problems =
      typeof subgraph === 'string'
        ? [subgraph]
        : problemsOf(fetch, subgraph, schema).map((problem) => `${fetch.subgraph}: ${problem}`);
    known[version].set(fetch, problems);
    return problems;
  };
}

interface Plan {
  operation: JudgedOperation;
  /** The supergraph itself does not answer it. */
  refused: readonly string[];
  fetches: readonly PlannedFetch[];
  /** The supergraph's, with what clients cannot see. */
  schema: GraphQLSchema;
}

interface Row {
  problems: readonly string[];
  plans: readonly Plan[];
}

function rowOf(
  comparison: Comparison,
  units: readonly Unit[],
  set: string,
  operations: readonly JudgedOperation[],
  isLast: boolean,
): Row {
  const { map, inWords } = comparison.base;
  const { supergraphSdl, problems } = composeEntries(map, entriesOf(comparison, units, set), inWords);
  if (supergraphSdl === undefined) return { problems, plans: [] };
  const apiSchema = apiSchemaOf(supergraphSdl);
  const planned = plansOf(supergraphSdl);
  const schema = planned.supergraphSchema;
  const plans = operations.flatMap((operation): Plan[] => {
    const refused = validate(apiSchema, operation.document).map(
      ({ message }) => `the supergraph: ${withoutSuggestion(message)}`,
    );
    // Clients begin to send a new operation when the graph has what it asks for, not before.
    if (refused.length > 0 && operation.isNew && !isLast) return [];
    const fetches = refused.length > 0 ? [] : planned.fetches(operation.document, operation.name);
    return [{ operation, refused, fetches, schema }];
  });
  return { problems, plans };
}

/** In the order of the candidate's map; what only the base has comes last. */
function entriesOf({ base, candidate }: Comparison, units: readonly Unit[], set: string): SubgraphEntry[] {
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
function subsetsOf(letters: readonly string[]): string[] {
  const sets = [''];
  for (const letter of letters) sets.push(...sets.map((set) => set + letter));
  return sets.sort((one, other) => one.length - other.length || one.localeCompare(other));
}

function remembered<Value>(make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key) as Value;
  };
}
