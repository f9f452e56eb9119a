// Reads supergraph.yaml, the map of the graph: which subgraphs exist, where they answer, where their SDL lies.
// Everything else about a subgraph follows from its name. Composition itself is the gateway's.
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { expandVariables } from './process/environment.ts';
import type { EnvironmentSource } from './process/variables.ts';

export interface SubgraphEntry {
  name: string;
  /** Where the subgraph answers GraphQL over HTTP. */
  routingUrl: string;
  /** Absolute path of its SDL. */
  schemaFile: string;
  /** The folder that holds it all: the SDL's. */
  folder: string;
  /** Line of its entry in supergraph.yaml, for error messages. */
  line: number;
}

export interface SupergraphMap {
  file: string;
  federationVersion: string;
  subgraphs: readonly SubgraphEntry[];
}

/** supergraph.yaml says something that cannot be used. The message names file, line and remedy. */
export class SupergraphMapError extends Error {
  override name = 'SupergraphMapError';
}

const root = resolve(import.meta.dirname, '..');
export const supergraphFile = resolve(root, 'supergraph.yaml');

/** What a name may be: ours also name databases and roles, those of a map elsewhere nothing of ours. */
const ownNameRule = {
  pattern: /^[a-z][a-z0-9_]{0,39}$/,
  remedy: 'it also names a database and its roles, so use a-z, 0-9 and _',
};
const foreignNameRule = {
  pattern: /^[A-Za-z][\w-]{0,63}$/,
  remedy: 'begin with a letter, and use letters, digits, _ and -',
};

/** Reads our map. Throws SupergraphMapError. */
export function readSupergraphMap(file = supergraphFile, source?: EnvironmentSource): SupergraphMap {
  return readMap(file, ownNameRule, source);
}

/** Reads anybody's, whatever composition it asks for: it is judged by the one that is installed. Throws SupergraphMapError. */
export function readForeignMap(file: string): SupergraphMap {
  return { ...readMap(file, foreignNameRule), federationVersion: '2' };
}

function readMap(file: string, names: typeof ownNameRule, source?: EnvironmentSource): SupergraphMap {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines });
  const lineOf = (node: unknown) => lines.linePos((node as Node | null)?.range?.[0] ?? 0).line;
  const refuse = (line: number, problem: string): never => {
    throw new SupergraphMapError(`${relative(process.cwd(), file)}:${line}: ${problem}`);
  };

  const broken = document.errors[0];
  if (broken !== undefined)
    refuse(lines.linePos(broken.pos[0]).line, `${trimParserMessage(broken.message)}. Correct the YAML there`);

  const subgraphs = document.get('subgraphs', true);
  if (!isMap(subgraphs) || subgraphs.items.length === 0) {
    return refuse(1, 'has no "subgraphs"; add at least one, with routing_url and schema.file');
  }

  const text = (value: unknown, line: number, what: string): string => {
    const raw = isScalar(value) ? value.value : value;
    if (typeof raw !== 'string' || raw === '') return refuse(line, `${what} is missing; add it as text`);
    return expandVariables(
      raw,
      (name) => refuse(line, `${what} needs the variable ${name}; set it, or write \${env.${name}:-default}`),
      source,
    );
  };

  const entries = subgraphs.items.map((pair): SubgraphEntry => {
    const line = lineOf(pair.key);
    const name = String(isScalar(pair.key) ? pair.key.value : pair.key);
    if (!names.pattern.test(name)) refuse(line, `"${name}" cannot name a subgraph: ${names.remedy}`);
    const entry = pair.value;
    if (!isMap(entry)) return refuse(line, `"${name}" is empty; give it routing_url and schema.file`);
    const routingUrl = text(entry.get('routing_url', true), line, `routing_url of "${name}"`);
    if (!isHttpUrl(routingUrl)) {
      refuse(
        line,
        `routing_url of "${name}" is not an http URL; write it like http://127.0.0.1:4001/graphql`,
      );
    }
    const schemaFile = resolve(
      dirname(file),
      text(entry.getIn(['schema', 'file'], true), line, `schema.file of "${name}"`),
    );
    return { name, routingUrl, schemaFile, folder: dirname(schemaFile), line };
  });
  const version = document.get('federation_version');
  return { file, federationVersion: String(version ?? '2'), subgraphs: entries };
}

/** The SDL of one subgraph. Throws SupergraphMapError where the file cannot be read. */
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

/** The parser's own words, without its excerpt and its own line and column. */
function trimParserMessage(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
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
