// Reads supergraph.yaml, the map of the graph: which subgraphs exist, their URLs, and where their SDL is. Everything else about
// a subgraph follows from its name. The gateway composes the supergraph.
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { type Environment, expandVariables, type VariableListeners } from './process/environment.ts';
import { EnvironmentError, type EnvironmentSource } from './process/variables.ts';

export interface SubgraphEntry {
  name: string;
  /** Where the subgraph answers GraphQL over HTTP: one URL, or those of its instances separated by commas (splitRoutingUrl). */
  routingUrl: string;
  /** The variables of its routing_url that are not set, so that their defaults are part of routingUrl. */
  unsetVariables: readonly string[];
  /** Absolute path of its SDL. */
  schemaFile: string;
  /** The folder of the subgraph, in which its SDL is. */
  folder: string;
  /** Line of its entry in supergraph.yaml, for error messages. */
  line: number;
}

export interface SupergraphMap {
  file: string;
  federationVersion: string;
  subgraphs: readonly SubgraphEntry[];
}

/** supergraph.yaml contains an error. The message names the file, the line and the correction. */
export class SupergraphMapError extends Error {
  override name = 'SupergraphMapError';
}

const root = resolve(import.meta.dirname, '..');
export const supergraphFile = resolve(root, 'supergraph.yaml');

/** The rules for names. The project's own subgraphs give their names to databases and roles; those of a foreign map do not. */
export const ownNameRule = {
  pattern: /^[a-z][a-z0-9_]{0,39}$/,
  remedy: 'it also names a database and its roles, so use a-z, 0-9 and _',
};
const foreignNameRule = {
  pattern: /^[A-Za-z][\w-]{0,63}$/,
  remedy: 'begin with a letter, and use letters, digits, _ and -',
};

/** Reads the map of this project. Throws SupergraphMapError, or EnvironmentError for the variables of its URLs. */
export function readSupergraphMap(file = supergraphFile, source?: EnvironmentSource): SupergraphMap {
  return readMap(file, ownNameRule, source);
}

/** Reads a foreign map, whose federation_version is ignored: the installed composition applies. Throws SupergraphMapError. */
export function readForeignMap(file: string): SupergraphMap {
  return { ...readMap(file, foreignNameRule), federationVersion: '2' };
}

function readMap(file: string, nameRule: typeof ownNameRule, source?: EnvironmentSource): SupergraphMap {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line } = lines.linePos(syntaxError.pos[0]);
    refuse(file, line, `${trimParserMessage(syntaxError.message)}. Correct the YAML there`);
  }
  const subgraphs = document.get('subgraphs', true);
  if (!isMap(subgraphs) || subgraphs.items.length === 0) {
    return refuse(file, 1, 'has no "subgraphs"; add at least one, with routing_url and schema.file');
  }
  const problems: string[] = [];
  const entries = subgraphs.items.map((pair) => {
    const { line } = lines.linePos((pair.key as Node | null)?.range?.[0] ?? 0);
    return readEntry(pair, { file, line, nameRule, source, problems });
  });
  if (problems.length > 0) throw new EnvironmentError(problems);
  const version = document.get('federation_version');
  return { file, federationVersion: String(version ?? '2'), subgraphs: entries };
}

interface Place {
  file: string;
  line: number;
  nameRule: typeof ownNameRule;
  source: EnvironmentSource | undefined;
  /** What is wrong with the variables of URLs: all of them are reported together. */
  problems: string[];
}

function readEntry({ key, value: entry }: Pair<unknown, unknown>, place: Place): SubgraphEntry {
  const { file, line, nameRule } = place;
  const name = String(isScalar(key) ? key.value : key);
  if (!nameRule.pattern.test(name))
    refuse(file, line, `"${name}" cannot name a subgraph: ${nameRule.remedy}`);
  if (!isMap(entry)) return refuse(file, line, `"${name}" is empty; give it routing_url and schema.file`);
  const unsetVariables: string[] = [];
  const onDefault = (variable: string) => void unsetVariables.push(variable);
  const setVariables: string[] = [];
  const onValue = (variable: string) => void setVariables.push(variable);
  const setting = `routing_url of "${name}"`;
  const routingUrl = expandText(entry.get('routing_url', true), setting, place, { onDefault, onValue });
  const problem = findUrlProblem(splitRoutingUrl(routingUrl));
  if (problem !== undefined && setVariables.length === 0) refuse(file, line, `${setting} ${problem}`);
  if (problem !== undefined) place.problems.push(`${setVariables.join(', ')}: ${problem}`);
  const schemaPath = expandText(entry.getIn(['schema', 'file'], true), `schema.file of "${name}"`, place);
  const schemaFile = resolve(dirname(file), schemaPath);
  return { name, routingUrl, unsetVariables, schemaFile, folder: dirname(schemaFile), line };
}

/** The text of a setting, with its variables expanded. */
function expandText(
  value: unknown,
  setting: string,
  { file, line, source }: Place,
  listeners: VariableListeners = {},
): string {
  const text = isScalar(value) ? value.value : value;
  if (typeof text !== 'string' || text === '')
    return refuse(file, line, `${setting} is missing; add it as text`);
  const onMissing = (name: string) =>
    refuse(file, line, `${setting} needs the variable ${name}; set it, or write \${env.${name}:-default}`);
  return expandVariables(text, { onMissing, ...listeners }, source);
}

const urlRemedy =
  'set it to the URL under which this process reaches that subgraph, like http://host:4001/graphql';

/**
 * Throws EnvironmentError in production with each variable that the URLs of these subgraphs lack: their defaults are the addresses of one
 * machine of development.
 */
export function requireUrls(
  { subgraphs }: SupergraphMap,
  names: readonly string[],
  { NODE_ENV }: Pick<Environment, 'NODE_ENV'>,
): void {
  if (NODE_ENV !== 'production') return;
  const missing = subgraphs
    .filter(({ name }) => names.includes(name))
    .flatMap(({ unsetVariables }) => unsetVariables);
  if (missing.length > 0)
    throw new EnvironmentError(missing.map((name) => `${name}: is missing; ${urlRemedy}`));
}

function refuse(file: string, line: number, problem: string): never {
  throw new SupergraphMapError(`${relative(process.cwd(), file)}:${line}: ${problem}`);
}

/** The SDL of one subgraph. Throws SupergraphMapError when the file cannot be read. */
export function readSchema(map: SupergraphMap, entry: SubgraphEntry): string {
  try {
    return readFileSync(entry.schemaFile, 'utf8');
  } catch (cause) {
    const where = `${relative(process.cwd(), map.file)}:${entry.line}`;
    const file = relative(process.cwd(), entry.schemaFile);
    throw new SupergraphMapError(`${where}: cannot read ${file}; create it or correct schema.file`, {
      cause,
    });
  }
}

/** The message of the YAML parser, without its excerpt and its position. */
export function trimParserMessage(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

/** The variable of a subgraph's address in supergraph.yaml. */
export function getUrlKey(name: string): string {
  return `${name.toUpperCase()}_URL`;
}

/** The URLs of the instances. A comma separates them, and so none of them may contain one. */
export function splitRoutingUrl(routingUrl: string): string[] {
  return routingUrl.split(',').map((url) => url.trim());
}

/** A list with both protocols would send a part of the calls in plain text, and mostly one letter of it is wrong. */
function findUrlProblem(urls: readonly string[]): string | undefined {
  if (!urls.every(isHttpUrl))
    return 'is not an http URL; write it like http://127.0.0.1:4001/graphql, and several instances separated by commas';
  const protocols = new Set(urls.map((url) => new URL(url).protocol));
  return protocols.size === 1 ? undefined : 'mixes http and https; give all instances the same of the two';
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new SupergraphMapError(
      `${relative(process.cwd(), file)} cannot be read; it is the map of the graph`,
      { cause },
    );
  }
}
