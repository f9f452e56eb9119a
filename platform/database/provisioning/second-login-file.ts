// The file with the URLs of the second logins of a subgraph, which its instances read while the passwords of the first logins are changed. It has
// the only copy of their passwords, so it is written before PostgreSQL gets them, and a repeated command takes them from it.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import {
  type DatabaseUrls,
  getDatabaseKeys,
  getRole,
  readDatabaseUrls,
} from '../../process/database-urls.ts';
import type { Environment } from '../../process/environment.ts';
import { EnvironmentError } from '../../process/variables.ts';
import { getSecondLogin, type SecondPasswords } from './second-login.ts';

type LoginUrls = Pick<DatabaseUrls, 'runtime' | 'owner'>;

export interface SecondLoginFile {
  passwords: SecondPasswords;
  /** Removes the file when this run has written it: PostgreSQL has refused its passwords. */
  undo: () => void;
}

/** Writes the file with fresh passwords where there is none. Throws an error that names the file for one that belongs to other logins. */
export function openSecondLoginFile(
  file: string,
  subgraph: string,
  first: LoginUrls,
  environment: Environment,
): SecondLoginFile {
  const areNew = !existsSync(file);
  const urls = areNew
    ? { runtime: buildUrl(first.runtime), owner: buildUrl(first.owner) }
    : readUrls(file, subgraph, first, environment);
  if (areNew) writeUrls(file, subgraph, urls);
  return {
    passwords: { runtime: readPassword(urls.runtime), owner: readPassword(urls.owner), areNew },
    undo: () => {
      if (areNew) rmSync(file);
    },
  };
}

function buildUrl(first: string): string {
  const url = new URL(first);
  url.username = encodeURIComponent(getSecondLogin(getRole(first)));
  url.password = randomBytes(24).toString('base64url');
  return url.href;
}

function writeUrls(file: string, subgraph: string, { runtime, owner }: LoginUrls): void {
  const keys = getDatabaseKeys(subgraph);
  const text = `# The second logins of ${subgraph}, for its instances while the passwords of the first ones are changed.
${keys.runtime}=${runtime}
${keys.owner}=${owner}
`;
  // The file is secret. `wx` refuses a file that another run has written meanwhile.
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

function readUrls(file: string, subgraph: string, first: LoginUrls, environment: Environment): LoginUrls {
  const source = parseEnv(readFileSync(file, 'utf8'));
  const keys = getDatabaseKeys(subgraph);
  try {
    const found = readDatabaseUrls({ ...environment, source }, [subgraph]).get(subgraph);
    const problems = (['runtime', 'owner'] as const).flatMap((kind) => {
      const [wanted, given] = [getSecondLogin(getRole(first[kind])), getRole(found?.[kind] ?? '')];
      return wanted === given ? [] : [`${keys[kind]}: must have the role ${wanted}, and has ${given}`];
    });
    if (found === undefined || problems.length > 0) throw new EnvironmentError(problems);
    return found;
  } catch (cause) {
    if (!(cause instanceof EnvironmentError)) throw cause;
    throw new Error(`${file} does not hold the second logins of ${subgraph}: ${cause.problems.join('; ')}`, {
      cause,
    });
  }
}

function readPassword(url: string): string {
  return decodeURIComponent(new URL(url).password);
}
