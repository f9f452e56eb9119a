// Reads the supergraph from a file that a composition wrote; its subgraphs answer plain GraphQL at the URLs in it. An error about
// the file is one sentence: the place, the problem and the remedy.
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { GraphQLError } from 'graphql';
import { compareSchemas, summarizeChanges } from '../../platform/schema/schema-changes.ts';
import { type JoinedSubgraph, parseJoinedSubgraphs, SupergraphError } from './join-graph.ts';
import { createChangingSource, type ReloadableSource } from './source.ts';

/** Throws SupergraphError. */
export function createFileSource(file: string): ReloadableSource {
  const path = resolve(file);
  const source = createChangingSource(readSupergraph(path));
  const offer = (sdl: string) => {
    try {
      source.offer(sdl);
    } catch (cause) {
      throw toSupergraphError(cause, path);
    }
  };
  const reload = (): string | false => {
    const sdl = readSupergraph(path);
    const before = source.sdl;
    if (sdl === before) return false;
    offer(sdl);
    return summarizeChanges(compareSchemas(before, sdl));
  };
  return Object.assign(source, { reloadOptions: { name: 'the supergraph', files: () => [path], reload } });
}

function readSupergraph(path: string): string {
  const sdl = readText(path);
  try {
    for (const subgraph of parseJoinedSubgraphs(sdl)) refuseBadUrl(subgraph);
    return sdl;
  } catch (cause) {
    throw toSupergraphError(cause, path);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new SupergraphError(
      `${getRelativePath(path)} cannot be read (${code}): set SUPERGRAPH to a file with the SDL that a composition wrote`,
      { cause },
    );
  }
}

function refuseBadUrl({ name, url, line }: JoinedSubgraph): void {
  const remedy = `compose it with a routing_url like http://127.0.0.1:4001/graphql`;
  const refuse = (problem: string): never => {
    throw new SupergraphError(`Line ${line}: the URL of "${name}" ${problem}; ${remedy}`);
  };
  if (url === '') refuse('is missing');
  if (!URL.canParse(url)) refuse(`is not a URL ("${url}")`);
  const { protocol, username, password } = new URL(url);
  if (!/^https?:$/.test(protocol)) refuse(`is not an http or https URL ("${url}")`);
  if (username !== '' || password !== '')
    refuse('has a user or a password in it, which the gateway never sends');
}

/**
 * An error about the supergraph as one sentence with the file's name; any other error as it is. Apollo's gateway supports fewer
 * features than a composition may write.
 */
export function toSupergraphError(cause: unknown, file: string): unknown {
  if (cause instanceof SupergraphError) {
    const [, line, problem] = /^Line (\d+): (.*)$/s.exec(cause.message) ?? [];
    if (line !== undefined)
      return new SupergraphError(`${getRelativePath(file)}:${line}: ${problem}`, { cause });
    return new SupergraphError(`${getRelativePath(file)}: ${cause.message}`, { cause });
  }
  if (!(cause instanceof Error) || !isGraphqlError(cause)) return cause;
  const [, feature, purpose] = /feature (\S+) is for: (\w+) but is unsupported/.exec(cause.message) ?? [];
  if (feature !== undefined) {
    return new SupergraphError(
      `${getRelativePath(file)}: it uses ${feature} for ${purpose?.toLowerCase()}, which this gateway does not know: compose it without`,
      { cause },
    );
  }
  const problem = cause.message
    .replaceAll(/\n+GraphQL request:\d+:\d+\n(.*\|.*(\n|$))+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return new SupergraphError(
    `${getRelativePath(file)}: the gateway cannot serve it (${problem}): compose it again, with a composition of Federation 2.14 or older`,
    { cause },
  );
}

/** Apollo's gateway may throw the GraphQLError of another copy of the graphql package. */
function isGraphqlError(cause: Error): boolean {
  return cause instanceof GraphQLError || /GraphQLError$/.test(cause.constructor.name);
}

function getRelativePath(file: string): string {
  return relative(process.cwd(), file);
}
