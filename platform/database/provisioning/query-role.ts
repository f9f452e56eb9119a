// Checks at start that a subgraph has two roles in one database, as decision 4 promises: the role that answers queries owns nothing and has no
// other privilege than to read and write rows. With a superuser, with swapped URLs or with one role for both, everything would work,
// and nothing would be protected. Each problem is one sentence that begins with the name of the variable and ends with the remedy.
import pg from 'pg';
import { type DatabaseUrls, getDatabaseKeys, getRole } from '../../process/database-urls.ts';
import type { Environment } from '../../process/environment.ts';
import { EnvironmentError } from '../../process/variables.ts';
import { type ConnectOptions, connect } from '../connect.ts';

const { escapeIdentifier, escapeLiteral } = pg;

type Urls = Pick<DatabaseUrls, 'runtime' | 'owner'>;

/** The database that a connection has reached. */
interface Place {
  database: string;
  /** When its server started: no two servers share it, not even a server and its copy. Every role may read it. */
  serverStartedAt: string;
}

const placeColumns =
  'current_database()::text AS database, extract(epoch FROM pg_postmaster_start_time())::text AS "serverStartedAt"';

interface RoleState extends Place {
  role: string;
  /** Attributes of the role, and of the roles whose rights it can take on by SET ROLE. */
  attributes: string[];
  /** True for the owner's role itself, whether the owner signs in by it or by a second login of it. */
  isOwnerRole: boolean;
  /** The role that it is a member of: that of the owner's URL, or the owner of the schema. Null when there is none. */
  memberOf: string | null;
  ownsSchema: boolean;
  ownsTables: boolean;
  hasSchema: boolean;
  mayUseSchema: boolean;
}

/**
 * Call it before the migrations, which fail first when the URLs are swapped. Throws EnvironmentError with the problems of all subgraphs in
 * production; elsewhere each of them is a warning. Throws DatabaseUnreachable.
 */
export async function checkQueryRoles(
  databases: ReadonlyMap<string, Urls>,
  { NODE_ENV }: Pick<Environment, 'NODE_ENV'>,
  warn: (problem: string) => void,
): Promise<void> {
  const found = await Promise.all(
    [...databases].map(async ([subgraph, urls]) => {
      const [state, place] = await Promise.all([
        readRoleState(subgraph, urls),
        readOwnerPlace(subgraph, urls),
      ]);
      return [
        ...listProblems(subgraph, getRole(urls.owner), state),
        ...comparePlaces(subgraph, state, place),
      ];
    }),
  );
  const problems = found.flat();
  if (problems.length > 0 && NODE_ENV === 'production') throw new EnvironmentError(problems);
  for (const problem of problems) warn(problem);
}

function readRoleState(subgraph: string, { runtime, owner }: Urls): Promise<RoleState> {
  return readRow({ subgraph, url: runtime, work: 'queries' }, buildRoleSql(subgraph, getRole(owner)));
}

function readOwnerPlace(subgraph: string, { owner }: Urls): Promise<Place> {
  return readRow({ subgraph, url: owner, work: 'migrations' }, `SELECT ${placeColumns}`);
}

/** `sql` has no parameters, so that a transaction pooler runs it as well: the migrations refuse the pooler, with its own sentence. */
async function readRow<Row>(
  login: Pick<ConnectOptions, 'subgraph' | 'url' | 'work'>,
  sql: string,
): Promise<Row> {
  const client = await connect({ ...login, applicationName: `tributary ${login.subgraph} roles` });
  try {
    const { rows } = await client.query(sql);
    return rows[0] as Row;
  } finally {
    await client.end();
  }
}

function buildRoleSql(subgraph: string, ownerRole: string): string {
  // The session's role counts, and not the current one: a default of the role may have changed that one by SET ROLE.
  return `
    SELECT own.rolname::text AS role, ${placeColumns},
      ARRAY(
        SELECT DISTINCT attribute.name
        FROM pg_roles r,
          LATERAL (VALUES ('SUPERUSER', r.rolsuper), ('BYPASSRLS', r.rolbypassrls), ('CREATEROLE', r.rolcreaterole),
            ('CREATEDB', r.rolcreatedb), ('REPLICATION', r.rolreplication)) AS attribute (name, is_set)
        WHERE attribute.is_set AND pg_has_role(own.oid, r.oid, 'MEMBER')
        ORDER BY 1
      ) AS attributes,
      EXISTS (SELECT FROM pg_roles r WHERE r.rolname = ${escapeLiteral(ownerRole)}
        AND (r.oid = own.oid OR own.oid = n.nspowner AND NOT r.rolsuper AND pg_has_role(r.oid, own.oid, 'MEMBER'))) AS "isOwnerRole",
      (SELECT min(r.rolname) FROM pg_roles r WHERE (r.rolname = ${escapeLiteral(ownerRole)} OR r.oid = n.nspowner)
        AND r.oid <> own.oid AND pg_has_role(own.oid, r.oid, 'MEMBER'))::text AS "memberOf",
      coalesce(n.nspowner = own.oid, false) AS "ownsSchema",
      EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relowner = own.oid) AS "ownsTables",
      n.oid IS NOT NULL AS "hasSchema",
      coalesce(has_schema_privilege(own.oid, n.oid, 'USAGE'), false) AS "mayUseSchema"
    FROM pg_roles own LEFT JOIN pg_namespace n ON n.nspname = ${escapeLiteral(subgraph)}
    WHERE own.rolname = session_user`;
}

function listProblems(subgraph: string, ownerRole: string, state: RoleState): string[] {
  const { role, database, isOwnerRole } = state;
  const keys = getDatabaseKeys(subgraph);
  const provision = `run \`npm run provision -- ${subgraph}\``;
  const isSuperuser = state.attributes.includes('SUPERUSER');
  const attributes = isSuperuser ? 'SUPERUSER' : state.attributes.join(', ');
  const owned = [
    ...(state.ownsSchema ? [`the schema ${subgraph}`] : []),
    ...(state.ownsTables ? [`tables of the schema ${subgraph}`] : []),
  ];
  const problems: string[] = [];
  if (attributes !== '')
    problems.push(
      `its role ${role} has ${attributes}, itself or as a member of another role: name a role that has none of it, and ${provision}`,
    );
  if (isOwnerRole)
    problems.push(`has the role of ${keys.owner}, ${role}: give each of them its own role, and ${provision}`);
  // One role for both owns everything, and a superuser counts as a member of every role: the sentences above say it.
  if (owned.length > 0 && !isOwnerRole)
    problems.push(
      `its role ${role} owns ${owned.join(' and ')}: exchange it with ${keys.owner} if the two are swapped, ` +
        `or else let a superuser run REASSIGN OWNED BY ${escapeIdentifier(role)} TO ${escapeIdentifier(ownerRole)} in the database ${database}, and ${provision}`,
    );
  if (state.memberOf !== null && !isOwnerRole && !isSuperuser)
    problems.push(
      `its role ${role} is a member of ${state.memberOf}, ${state.memberOf === ownerRole ? `the role of ${keys.owner}` : `which owns the schema ${subgraph}`}: ` +
        `name the role that reads and writes rows, or take that away, as by REVOKE ${escapeIdentifier(state.memberOf)} FROM ${escapeIdentifier(role)}`,
    );
  if (!state.hasSchema)
    problems.push(
      `its database ${database} has no schema ${subgraph}: name the database of ${subgraph}, or ${provision}`,
    );
  else if (!state.mayUseSchema)
    problems.push(
      `its role ${role} may not use the schema ${subgraph}: name the role of ${subgraph}, or ${provision}`,
    );
  return problems.map((problem) => `${keys.runtime}: ${problem}`);
}

/** The migrations would change the tables of a database from which no query reads, and the queries would miss the changes. */
function comparePlaces(subgraph: string, queried: Place, migrated: Place): string[] {
  const keys = getDatabaseKeys(subgraph);
  const isSameDatabase = queried.database === migrated.database;
  const isSameServer = queried.serverStartedAt === migrated.serverStartedAt;
  if (isSameDatabase && isSameServer) return [];
  const difference = isSameDatabase
    ? `leads to another server than ${keys.runtime}`
    : `leads to the database ${migrated.database}, and ${keys.runtime} to ${queried.database}`;
  return [`${keys.owner}: ${difference}: give both the same host, port and database`];
}
