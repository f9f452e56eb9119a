// Composes the supergraph from supergraph.yaml and the subgraphs' SDL. A failure names file, line and remedy.
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import { composeServices } from '@apollo/composition';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { readSchema, type SupergraphMap } from '../../platform/supergraph-map.ts';
import { describeAuth } from './describe-auth.ts';
import { buildNodeSdl, nodeGraph, nodeGraphUrl } from './node-graph.ts';
import { declareOneOf, keepOneOf } from './one-of.ts';
import { getRemedy } from './remedies.ts';
import { findUnenforcedAuth, findUnprotectedFields, type UnprotectedField } from './requires-auth.ts';

/** All problems of a composition, one line each: `file:line: problem. Remedy.` */
export class CompositionError extends Error {
  override name = 'CompositionError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The subgraphs do not compose:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

export interface Supergraph {
  supergraphSdl: string;
  /** Warnings of the composition. */
  hints: readonly string[];
}

interface ParsedSubgraph {
  name: string;
  /** The path from the working directory, for messages. */
  file: string;
  url: string;
  typeDefs: DocumentNode;
}

/**
 * The graph that clients of this gateway see. For another router `hasNodes` is false: `node` and `nodes` are resolved by this gateway
 * alone. Throws CompositionError; SupergraphMapError when a schema file cannot be read.
 */
export function composeSupergraph(map: SupergraphMap, { hasNodes = true } = {}): Supergraph {
  checkFederationVersion(map);
  const subgraphs = parseSchemas(map);
  const nodes = hasNodes ? buildNodeSdl(subgraphs) : undefined;
  const result = composeServices([
    ...subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })),
    ...(nodes === undefined ? [] : [{ name: nodeGraph, url: nodeGraphUrl, typeDefs: nodes }]),
  ]);
  if (result.errors !== undefined)
    throw new CompositionError(result.errors.map((error) => describeProblem(error, subgraphs)));
  const unprotected = [
    ...findUnenforcedAuth(subgraphs).map((found) => describeUnprotected(found, 'AUTH_RENAMED', subgraphs)),
    ...findUnprotectedFields(subgraphs).map((found) =>
      describeUnprotected(found, 'MISSING_TRANSITIVE_AUTH_REQUIREMENTS', subgraphs),
    ),
  ];
  if (unprotected.length > 0) throw new CompositionError(unprotected);
  return {
    supergraphSdl: keepOneOf(result.supergraphSdl, subgraphs),
    hints: result.hints.map((hint) => hint.toString()),
  };
}

/** Rover would download the version that federation_version names; this project composes with the installed one. */
function checkFederationVersion({ file, federationVersion }: SupergraphMap): void {
  const installed: string = createRequire(import.meta.url)('@apollo/composition/package.json').version;
  const wanted = federationVersion.replace(/^=v?/, '');
  if (wanted === installed || wanted === installed.split('.')[0]) return;
  const where = relative(process.cwd(), file);
  throw new CompositionError([
    `${where}: federation_version is ${federationVersion}, but @apollo/composition ${installed} is installed. Write "federation_version: =${installed}", or install the other one.`,
  ]);
}

function parseSchemas(map: SupergraphMap): ParsedSubgraph[] {
  const problems: string[] = [];
  const subgraphs = map.subgraphs.flatMap((entry): ParsedSubgraph[] => {
    const file = relative(process.cwd(), entry.schemaFile);
    try {
      return [
        {
          name: entry.name,
          file,
          url: entry.routingUrl,
          typeDefs: describeAuth(declareOneOf(parse(readSchema(map, entry)))),
        },
      ];
    } catch (cause) {
      if (!(cause instanceof GraphQLError)) throw cause;
      problems.push(
        `${file}:${cause.locations?.[0]?.line ?? 1}: ${removeFinalDot(cause.message)}. Correct the SDL there.`,
      );
      return [];
    }
  });
  if (problems.length > 0) throw new CompositionError(problems);
  return subgraphs;
}

function describeProblem(error: GraphQLError, subgraphs: readonly ParsedSubgraph[]): string {
  const places = (error.nodes ?? []).flatMap((node) => {
    // The composition sets on each node the name of its subgraph.
    const subgraph = subgraphs.find(({ name }) => name === (node as { subgraph?: string }).subgraph);
    const line = node.loc?.startToken.line;
    return subgraph === undefined || line === undefined ? [] : [`${subgraph.file}:${line}`];
  });
  const found = places.length > 0 ? places : findNamedPlaces(error.message, subgraphs);
  const where = found.length > 0 ? [...new Set(found)].join(', ') : 'supergraph.yaml';
  const message = error.message.replace(/^\[[a-z0-9_]+\] /, '').replaceAll(/\s+/g, ' ');
  return `${where}: ${removeFinalDot(message)}. ${getRemedy(String(error.extensions.code ?? ''))}`;
}

function describeUnprotected(
  { subgraph, node, problem }: UnprotectedField,
  code: string,
  subgraphs: readonly ParsedSubgraph[],
): string {
  const file = subgraphs.find(({ name }) => name === subgraph)?.file ?? subgraph;
  const line = node.name.loc?.startToken.line ?? 1;
  return `${file}:${line}: ${problem}. ${getRemedy(code)}`;
}

/** An error about several subgraphs has no nodes; its message names the subgraphs, and the field as "Type.field". */
function findNamedPlaces(message: string, subgraphs: readonly ParsedSubgraph[]): string[] {
  const [, type, field] = /"([A-Za-z_]\w*)\.([A-Za-z_]\w*)"/.exec(message) ?? [];
  const named = subgraphs.filter(
    ({ name }) => message.includes(`"${name}"`) || message.startsWith(`[${name}]`),
  );
  return named.map(({ file, typeDefs }) => {
    const definition = typeDefs.definitions.find((node) => 'name' in node && node.name?.value === type);
    const fields = definition !== undefined && 'fields' in definition ? definition.fields : undefined;
    const place = fields?.find(({ name }) => name.value === field) ?? definition;
    // The line of the name, because a description may stand before it.
    const line = place !== undefined && 'name' in place ? place.name?.loc?.startToken.line : undefined;
    return line === undefined ? file : `${file}:${line}`;
  });
}

function removeFinalDot(message: string): string {
  return message.replace(/\.$/, '');
}
