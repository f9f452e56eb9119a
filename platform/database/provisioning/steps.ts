// The steps of provisioning, in their order. Each is safe to repeat, so that a run after an interruption finishes the work. A step says by
// SQL conditions whether there is something to do and whether the role that provisions may do it: a superuser may do everything, a role
// with CREATEDB and CREATEROLE (managed PostgreSQL) what belongs to it. provision.ts runs the steps, script.ts prints them.
import pg from 'pg';
import { workSettings } from '../session.ts';
import { buildPasswordVerifier } from './password-verifier.ts';

const { escapeIdentifier, escapeLiteral } = pg;

export interface ProvisionStep {
  sql: string;
  /** SQL condition. The step is left out where it is false. */
  needed?: string;
  /** SQL condition. A needed step is skipped where it is false. */
  allowed?: string;
  /** Says what was skipped, what that means, and who can do it. */
  skipped?: string;
}

export interface Role {
  name: string;
  password: string;
}

export interface ProvisionTarget {
  /** The name of the schema. */
  subgraph: string;
  database: string;
  runtime: Role;
  owner: Role;
}

/** Maximum number of connections of each login. */
export const maxConnections = { owner: 10, runtime: 100 } as const;

const isSuperuser = '(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)';

export function buildCreateDatabaseStep(database: string): ProvisionStep {
  return {
    sql: `CREATE DATABASE ${escapeIdentifier(database)}`,
    needed: `NOT EXISTS (SELECT FROM pg_database WHERE datname = ${escapeLiteral(database)})`,
  };
}

/** What a session that somebody opens by hand has. */
export const roleSettings = {
  runtime: workSettings.queries,
  owner: { lock_timeout: workSettings.migrations.lock_timeout },
} as const;

/** The roles, and what they and others may do with databases. They run in any database of the server. */
export function buildServerSteps({ database, runtime, owner }: ProvisionTarget): ProvisionStep[] {
  const ownerName = escapeLiteral(owner.name);
  return [
    ...buildRoleSteps(owner, maxConnections.owner),
    ...buildRoleSteps(runtime, maxConnections.runtime),
    {
      // A role with CREATEROLE administers the roles that it creates. To give them a schema, it needs to be a member as well.
      sql: `GRANT ${escapeIdentifier(owner.name)} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE`,
      needed: `CASE WHEN ${isSuperuser} THEN false
        ELSE NOT (pg_has_role(${ownerName}, 'USAGE') AND pg_has_role(${ownerName}, 'SET')) END`,
    },
    ...[...new Set([database, 'postgres', 'template1'])].map(buildCloseDatabaseStep),
    buildConnectStep(database, runtime.name, 'CONNECT'),
    buildConnectStep(database, owner.name, 'CONNECT, TEMPORARY'),
    {
      // Each connection of this project sets these itself. They also limit the sessions that people open by hand.
      sql: [
        buildRoleSettings(runtime.name, roleSettings.runtime),
        buildRoleSettings(owner.name, roleSettings.owner),
      ].join('\n'),
    },
  ];
}

export function buildRoleSteps({ name, password }: Role, connections: number): ProvisionStep[] {
  const role = escapeIdentifier(name);
  const found = (attributes: string) =>
    `EXISTS (SELECT FROM pg_roles WHERE rolname = ${escapeLiteral(name)} AND ${attributes})`;
  const privileged = 'NOSUPERUSER NOREPLICATION NOBYPASSRLS';
  return [
    {
      sql: `CREATE ROLE ${role} NOCREATEDB NOCREATEROLE ${privileged}`,
      needed: `NOT ${found('true')}`,
    },
    {
      sql: `ALTER ROLE ${role} ${privileged}`,
      needed: found('(rolsuper OR rolreplication OR rolbypassrls)'),
      allowed: isSuperuser,
      skipped: `the role ${name} keeps SUPERUSER, REPLICATION or BYPASSRLS, which only a superuser can take away: production refuses it as a query role`,
    },
    {
      sql: `ALTER ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${connections} PASSWORD ${escapeLiteral(buildPasswordVerifier(password))}`,
    },
  ];
}

function buildCloseDatabaseStep(database: string): ProvisionStep {
  const name = escapeLiteral(database);
  const sql = `REVOKE ALL ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`;
  return {
    sql,
    needed: `EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))
      WHERE datname = ${name} AND grantee = 0)`,
    allowed: ownsDatabase(database),
    skipped: `every role of the server may still connect to the database ${database}, which belongs to another role: that role can run ${sql}`,
  };
}

function buildConnectStep(database: string, role: string, privileges: string): ProvisionStep {
  const sql = `GRANT ${privileges} ON DATABASE ${escapeIdentifier(database)} TO ${escapeIdentifier(role)}`;
  const has = `has_database_privilege(${escapeLiteral(role)}, ${escapeLiteral(database)}, 'CONNECT')`;
  return {
    sql,
    needed: `(${ownsDatabase(database)} OR NOT ${has})`,
    allowed: ownsDatabase(database),
    skipped: `the role ${role} may not connect to the database ${database}, which belongs to another role: that role can run ${sql}`,
  };
}

function ownsDatabase(database: string): string {
  return `EXISTS (SELECT FROM pg_database WHERE datname = ${escapeLiteral(database)} AND pg_has_role(datdba, 'USAGE'))`;
}

export function buildRoleSettings(role: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `ALTER ROLE ${escapeIdentifier(role)} SET ${name} = ${escapeLiteral(value)};`)
    .join('\n');
}

/** The schema, and what both roles may do in it. They run in the database of the subgraph. */
export function buildSchemaSteps({ subgraph, runtime, owner }: ProvisionTarget): ProvisionStep[] {
  const [name, role, ownerRole] = [subgraph, runtime.name, owner.name].map(escapeIdentifier);
  const schema = escapeLiteral(subgraph);
  const revokePublic = 'REVOKE ALL ON SCHEMA public FROM PUBLIC';
  return [
    {
      sql: `CREATE SCHEMA ${name} AUTHORIZATION ${ownerRole}`,
      needed: `NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema})`,
    },
    {
      sql: `ALTER SCHEMA ${name} OWNER TO ${ownerRole}`,
      needed: `EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema} AND nspowner <> ${escapeLiteral(owner.name)}::regrole)`,
    },
    {
      sql: revokePublic,
      needed: `EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
        WHERE nspname = 'public' AND grantee = 0)`,
      allowed: `EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public' AND pg_has_role(nspowner, 'USAGE'))`,
      skipped: `every role that connects to the database may use its schema public, which belongs to another role: that role can run ${revokePublic}`,
    },
    {
      // The grant comes first: instances that run keep it throughout.
      sql: `GRANT USAGE ON SCHEMA ${name} TO ${role};
REVOKE ALL ON SCHEMA ${name} FROM PUBLIC;
REVOKE CREATE ON SCHEMA ${name} FROM ${role};
ALTER ROLE ${role} SET search_path = ${name};
ALTER ROLE ${ownerRole} SET search_path = ${name}`,
    },
    {
      // The last default is global on purpose: functions are executable by everybody unless the default itself is taken away.
      sql: `ALTER DEFAULT PRIVILEGES FOR ROLE ${ownerRole} IN SCHEMA ${name}
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
ALTER DEFAULT PRIVILEGES FOR ROLE ${ownerRole} IN SCHEMA ${name} GRANT USAGE ON SEQUENCES TO ${role};
ALTER DEFAULT PRIVILEGES FOR ROLE ${ownerRole} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`,
    },
  ];
}
