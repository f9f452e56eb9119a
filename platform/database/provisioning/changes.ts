// What provisioning has changed, by a comparison of the server before and after it: a grant that is repeated does not say whether it was
// needed. The state is read as text, and this file compares it without a rule of its own.
import pg from 'pg';
import type { DatabaseUrls } from '../../process/database-urls.ts';
import { connect } from '../connect.ts';
import { DatabaseUnreachable } from '../unreachable.ts';
import type { ProvisionTarget } from './steps.ts';

const { escapeLiteral } = pg;

/** A part of the state. */
interface Part {
  /** SQL expression for its text. NULL while it does not exist. */
  sql: string;
  /** What happened when it exists only afterwards. Without it, another part says so. */
  created?: string;
  /** What happened when its text is another one. */
  changed: string;
}

interface KnownPart extends Part {
  text: string | null;
}

export type ProvisionedState = readonly KnownPart[];

/** Reads the state as the administrator. `insideUrl` leads to the database of the subgraph. Throws DatabaseUnreachable. */
export async function readProvisionedState(
  target: ProvisionTarget,
  urls: DatabaseUrls & { admin: string },
  insideUrl: string,
): Promise<ProvisionedState> {
  const { subgraph, runtime, owner } = target;
  const server = await readParts(subgraph, urls.admin, listServerParts(target));
  const [database, ownerRole, runtimeRole] = server;
  const inside = listInsideParts(target);
  const isThere = (part: KnownPart | undefined) => part !== undefined && part.text !== null;
  return [
    ...server,
    ...(isThere(database) ? await readParts(subgraph, insideUrl, inside) : inside.map(toMissing)),
    await readPassword(subgraph, owner.name, isThere(ownerRole) ? urls.owner : undefined),
    await readPassword(subgraph, runtime.name, isThere(runtimeRole) ? urls.runtime : undefined),
  ];
}

/** A sentence for each part that is not as it was before. */
export function describeChanges(before: ProvisionedState, after: ProvisionedState): string[] {
  return after.flatMap(({ text, created, changed }, index) => {
    const past = before[index]?.text ?? null;
    if (text === past) return [];
    return past === null ? (created ?? []) : changed;
  });
}

function toMissing(part: Part): KnownPart {
  return { ...part, text: null };
}

/** The database, both roles, and what else the server knows of them. */
function listServerParts({ database, runtime, owner }: ProvisionTarget): Part[] {
  const roles = [owner.name, runtime.name].map((name) => ({
    sql: `(SELECT concat_ws(' ', rolsuper, rolreplication, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin, rolconnlimit,
      ARRAY(SELECT unnest(rolconfig) ORDER BY 1)) FROM pg_roles WHERE rolname = ${escapeLiteral(name)})`,
    created: `created the role ${name}`,
    changed: `changed the attributes or settings of the role ${name}`,
  }));
  const rights = `coalesce(datacl, acldefault('d', datdba))`;
  const openDatabases = ['postgres', 'template1'].map((name) => ({
    sql: `(SELECT EXISTS (SELECT FROM aclexplode(${rights}) WHERE grantee = 0)::text FROM pg_database WHERE datname = ${escapeLiteral(name)})`,
    changed: `closed the database ${name} to other roles`,
  }));
  return [
    {
      sql: `(SELECT 'exists' FROM pg_database WHERE datname = ${escapeLiteral(database)})`,
      created: `created the database ${database}`,
      changed: '',
    },
    ...roles,
    {
      sql: `(SELECT pg_has_role(oid, 'SET')::text FROM pg_roles WHERE rolname = ${escapeLiteral(owner.name)})`,
      changed: `made the administrator a member of ${owner.name}`,
    },
    {
      sql: `(SELECT ${sortedList(rights)} FROM pg_database WHERE datname = ${escapeLiteral(database)})`,
      changed: `changed who may connect to the database ${database}`,
    },
    ...openDatabases,
  ];
}

function listInsideParts({ subgraph, database, owner }: ProvisionTarget): Part[] {
  const schema = escapeLiteral(subgraph);
  const role = escapeLiteral(owner.name);
  return [
    {
      sql: `(SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = ${schema})`,
      created: `created the schema ${subgraph}`,
      changed: `gave the schema ${subgraph} to ${owner.name}`,
    },
    {
      // Default privileges say what the roles may do with tables that do not exist yet.
      sql: `(SELECT concat_ws(' ', ${sortedList('nspacl')}, ARRAY(
          SELECT concat_ws(' ', defaclobjtype, defaclnamespace, ${sortedList('defaclacl')}) FROM pg_default_acl d
          WHERE defaclrole = (SELECT oid FROM pg_roles WHERE rolname = ${role}) AND defaclnamespace IN (0, n.oid) ORDER BY 1))
        FROM pg_namespace n WHERE nspname = ${schema})`,
      changed: `changed the rights in the schema ${subgraph}`,
    },
    {
      sql: `(SELECT ${sortedList(`coalesce(nspacl, acldefault('n', nspowner))`)} FROM pg_namespace WHERE nspname = 'public')`,
      changed: `changed who may use the schema public of the database ${database}`,
    },
  ];
}

/** A repeated grant may change the order of a list of rights. */
function sortedList(list: string): string {
  return `ARRAY(SELECT unnest(${list})::text ORDER BY 1)::text`;
}

async function readParts(subgraph: string, url: string, parts: readonly Part[]): Promise<KnownPart[]> {
  const client = await connect({ subgraph, url, ...session });
  try {
    const { rows } = await client.query(`SELECT ARRAY[${parts.map(({ sql }) => sql).join(', ')}] AS texts`);
    return parts.map((part, index) => ({ ...part, text: rows[0].texts[index] }));
  } finally {
    await client.end();
  }
}

const session = { applicationName: 'tributary provision', work: 'administration' } as const;

/**
 * Whether the password of the URL signs the role in. Only an answer about the password counts: the role may be unable to connect for now.
 * Without a URL the role does not exist.
 */
async function readPassword(subgraph: string, role: string, url: string | undefined): Promise<KnownPart> {
  const part = { sql: '', changed: `set the password of the role ${role}` };
  if (url === undefined) return toMissing(part);
  try {
    await (await connect({ subgraph, url, ...session })).end();
    return { ...part, text: 'accepted' };
  } catch (cause) {
    if (!(cause instanceof DatabaseUnreachable)) throw cause;
    const isRefused = (cause.cause as { code?: string } | undefined)?.code === invalidPassword;
    return isRefused ? { ...part, text: 'refused' } : toMissing(part);
  }
}

/** PostgreSQL's code for a password that is not the role's. */
const invalidPassword = '28P01';
