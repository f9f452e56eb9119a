// Names the variables that have no effect, because a letter of their name is wrong or because another process reads them. A start warns of each
// once, and never with its value. `.env.example` is the list of the names that are known: a test compares it with what the code reads.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { didYouMean } from 'graphql/jsutils/didYouMean.js';
import { suggestionList } from 'graphql/jsutils/suggestionList.js';
import { type EnvironmentSource, emptyToUndefined } from './variables.ts';

const exampleFile = resolve(import.meta.dirname, '../../.env.example');

/** First words of variables of the project that other programs hardly use. Those of each subgraph come from `.env.example`. */
const ownPrefixes = [
  'ALLOWED_',
  'CORS_',
  'DRAIN_',
  'FORWARD_',
  'IDENTITY_',
  'LIMIT_',
  'MAX_',
  'OPERATIONS_',
  'PERSISTED_',
  'PLANNING_',
  'SUBGRAPH_',
  'TRUSTED_',
];

/** Variables that a file for the project may have for Node, for docker-compose and for the time zone. */
const foreignInFiles = /^(NODE_|COMPOSE_)|^TZ$/;

/** What Kubernetes sets for a service (ACCOUNTS_SERVICE_HOST, ACCOUNTS_PORT_4001_TCP), and Azure for the identity of a program. */
const ofHosting =
  /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$|^IDENTITY_(ENDPOINT|HEADER|SERVER_THUMBPRINT|API_VERSION)$/;

/** In a shorter name, such as HOST, one other letter makes the name of another program's variable. */
const minSimilarLength = 6;

/** Variables that some processes alone read, and the command that does. */
const readers = { WORKERS: '`npm start` of the whole graph', SUPERGRAPH: '`npm run gateway`' };

interface Start {
  environment: { source: EnvironmentSource; WORKERS: number };
  /** Files whose variables are all meant for this project, beside those of `node --env-file`. */
  files?: readonly string[];
  /** Variables that are known, and that this process does not read. */
  notRead: readonly (keyof typeof readers)[];
}

/** Warns once of each variable that has no effect in this process. */
export function warnOfUnreadVariables(
  start: Start,
  warn: (message: string) => void,
  execArgv: readonly string[] = process.execArgv,
): void {
  if (existsSync(exampleFile)) {
    const known = readKnownNames();
    for (const name of findUnknownNames(start, execArgv, known)) {
      const likeliest = suggestionList(name, known).slice(0, 1);
      warn(`${name}: nothing reads it.${didYouMean(likeliest)}`);
    }
  } else warn('.env.example is missing: without it, misspelt variables are not found');
  const { source, WORKERS } = start.environment;
  for (const name of start.notRead) {
    const isSet = name === 'WORKERS' ? WORKERS > 1 : Boolean(source[name]);
    if (isSet) warn(`${name}: this process does not read it, only ${readers[name]} does`);
  }
}

/** The problem that a variable is missing, with the name of one that is set and may be meant. Any other problem as it is. */
export function addLikelyName(problem: string, source: EnvironmentSource): string {
  const [, missing] = /^(\w+): is missing/.exec(problem) ?? [];
  if (missing === undefined || !existsSync(exampleFile)) return problem;
  const known = readKnownNames();
  const likely = Object.keys(source)
    .filter((name) => !known.includes(name) && emptyToUndefined(source[name]) !== undefined)
    .filter((name) => suggestionList(name, known)[0] === missing);
  const [likeliest] = suggestionList(missing, likely);
  return likeliest === undefined ? problem : `${problem}. ${likeliest} is set: is its name misspelt?`;
}

function findUnknownNames(
  { environment, files = [] }: Start,
  execArgv: readonly string[],
  known: readonly string[],
): Set<string> {
  const inFiles = [...files, ...listEnvironmentFiles(execArgv)].flatMap(readNames);
  return new Set([
    ...inFiles.filter((name) => !known.includes(name) && !foreignInFiles.test(name)),
    ...findMisspelt(environment.source, known),
  ]);
}

/** The names of `.env.example`, also of lines that begin with "#". */
function readKnownNames(): string[] {
  const text = readFileSync(exampleFile, 'utf8');
  return [...text.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
}

/** The variables of the process whose names belong to the project, or nearly. The process has many variables of other programs, too. */
function findMisspelt(source: EnvironmentSource, known: readonly string[]): string[] {
  const subgraphs = known.flatMap((name) => /^(\w+_)OWNER_DATABASE_URL$/.exec(name)?.[1] ?? []);
  const prefixes = [...ownPrefixes, ...subgraphs];
  const similar = known.filter((name) => name.length >= minSimilarLength);
  return (
    Object.keys(source)
      .filter((name) => !known.includes(name) && !ofHosting.test(name))
      // Kubernetes also sets ACCOUNTS_PORT, to a URL.
      .filter((name) => !(name.endsWith('_PORT') && /^(tcp|udp|sctp):/.test(source[name] ?? '')))
      .filter(
        (name) =>
          prefixes.some((prefix) => name.startsWith(prefix)) ||
          similar.some((other) => isOneEditAway(name, other)),
      )
  );
}

/** The files of `node --env-file=<file>`, of `--env-file <file>` and of `--env-file-if-exists`. */
function listEnvironmentFiles(execArgv: readonly string[]): string[] {
  return execArgv.flatMap((argument, index) => {
    const [, isNext, file] = /^--env-file(?:-if-exists)?(?:($)|=(.+))/.exec(argument) ?? [];
    return (isNext === undefined ? file : execArgv[index + 1]) ?? [];
  });
}

/**
 * The names of a file. A name in both cases is none: it may be a line of a secret that lost its quotes, as a key in base64 does, and a
 * secret is not to be logged.
 */
function readNames(file: string): string[] {
  if (!existsSync(file)) return [];
  const names = Object.keys(parseEnv(readFileSync(file, 'utf8')));
  return names.filter((name) => /^([A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*)$/.test(name));
}

/** True if one letter is missing, added or another one, or if two neighbouring letters have changed places. */
function isOneEditAway(name: string, other: string): boolean {
  let start = 0;
  while (start < name.length && name[start] === other[start]) start += 1;
  const rest = name.slice(start);
  const otherRest = other.slice(start);
  const isSwapped =
    rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2);
  return (
    (isSwapped && rest.length >= 2) ||
    rest.slice(1) === otherRest ||
    rest === otherRest.slice(1) ||
    rest.slice(1) === otherRest.slice(1)
  );
}
