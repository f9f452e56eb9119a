// A second login for each of the two roles of a subgraph, with which their passwords are changed while instances run (docs/rotation.md). It
// is a member of the role and does what the role does: `accounts_b` reads and writes rows as `accounts`, and what `accounts_owner_b`
// makes belongs to `accounts_owner`.
import pg from 'pg';
import { buildOtherRoleRefusals, buildRefusal } from './refusals.ts';
import type { ProvisionWork } from './script.ts';
import {
  buildRoleSettings,
  buildRoleSteps,
  maxConnections,
  type ProvisionStep,
  type ProvisionTarget,
  roleSettings,
} from './steps.ts';

const { escapeIdentifier, escapeLiteral } = pg;

/** The name of the second login of a role. */
export function getSecondLogin(role: string): string {
  return `${role}_b`;
}

export interface SecondPasswords {
  runtime: string;
  owner: string;
  /** True when no instance can have them yet. They are refused where instances are signed in by others. */
  areNew: boolean;
}

export function buildSecondLoginWork(target: ProvisionTarget, passwords: SecondPasswords): ProvisionWork {
  const { subgraph, database } = target;
  const inside = buildSecondLoginSteps(target, passwords);
  return { subgraph, database, purpose: `the second logins of ${subgraph}`, before: [], inside };
}

export function buildDropSecondLoginWork(target: ProvisionTarget): ProvisionWork {
  const { subgraph, database } = target;
  const inside = buildDropSteps(target);
  return { subgraph, database, purpose: `the end of the second logins of ${subgraph}`, before: [], inside };
}

function buildSecondLoginSteps(target: ProvisionTarget, passwords: SecondPasswords): ProvisionStep[] {
  const { subgraph } = target;
  const [runtime, owner] = [target.runtime.name, target.owner.name];
  const remedy = 'name the file that has its password, or repeat the command when no instance uses it';
  return [
    ...buildOtherRoleRefusals(target),
    ...[runtime, owner].flatMap((role) => [refuseMissing(role, subgraph), refuseStranger(role)]),
    ...(passwords.areNew ? [refuseSessions([runtime, owner], remedy)] : []),
    ...[
      { role: owner, password: passwords.owner, limit: maxConnections.owner },
      { role: runtime, password: passwords.runtime, limit: maxConnections.runtime },
    ].flatMap(({ role, password, limit }) => [
      ...buildMemberSteps(role),
      ...buildRoleSteps({ name: getSecondLogin(role), password }, limit),
    ]),
    {
      sql: [
        buildRoleSettings(getSecondLogin(runtime), { ...roleSettings.runtime, search_path: subgraph }),
        // What a migration makes belongs to the role of the session.
        buildRoleSettings(getSecondLogin(owner), {
          ...roleSettings.owner,
          search_path: subgraph,
          role: owner,
        }),
      ].join('\n'),
    },
  ];
}

function buildDropSteps(target: ProvisionTarget): ProvisionStep[] {
  const roles = [target.runtime.name, target.owner.name];
  return [
    ...buildOtherRoleRefusals(target),
    ...roles.map(refuseStranger),
    refuseSessions(roles, 'restart the instances that use it with the URLs of the first logins'),
    ...roles.map((role) => refuseOwner(role, target.owner.name)),
    ...roles.map(getSecondLogin).map((second) => ({
      sql: `DROP ROLE ${escapeIdentifier(second)}`,
      needed: exists(second),
    })),
  ];
}

/** The membership comes with the role, so that an interruption leaves no role that would look like one of somebody else. */
function buildMemberSteps(role: string): ProvisionStep[] {
  const second = getSecondLogin(role);
  const [first, member] = [role, second].map(escapeIdentifier);
  return [
    { sql: `CREATE ROLE ${member} IN ROLE ${first}`, needed: `NOT ${exists(second)}` },
    {
      sql: `GRANT ${first} TO ${member} WITH INHERIT TRUE, SET TRUE`,
      needed: `NOT ${isMember(second, role, 'm.inherit_option AND m.set_option')}`,
    },
  ];
}

function exists(role: string): string {
  return `EXISTS (SELECT FROM pg_roles WHERE rolname = ${escapeLiteral(role)})`;
}

function isMember(member: string, role: string, options = 'true'): string {
  return `EXISTS (SELECT FROM pg_auth_members m WHERE m.member = ${findRole(member)} AND m.roleid = ${findRole(role)} AND ${options})`;
}

/** SQL expression for the oid of a role. NULL where there is no such role. */
function findRole(role: string): string {
  return `(SELECT oid FROM pg_roles WHERE rolname = ${escapeLiteral(role)})`;
}

function refuseMissing(role: string, subgraph: string): ProvisionStep {
  const sentence = `there is no role ${role} yet: run npm run provision -- ${subgraph} first`;
  return buildRefusal(`SELECT ${escapeLiteral(sentence)} WHERE NOT ${exists(role)}`);
}

function refuseStranger(role: string): ProvisionStep {
  const second = getSecondLogin(role);
  const sentence = `the role ${second} is no member of ${role}, and so not its second login: rename it, or make it a member`;
  return buildRefusal(
    `SELECT ${escapeLiteral(sentence)} WHERE ${exists(second)} AND NOT ${isMember(second, role)}`,
  );
}

function refuseSessions(roles: readonly string[], remedy: string): ProvisionStep {
  const names = roles.map((role) => escapeLiteral(getSecondLogin(role))).join(', ');
  return buildRefusal(`SELECT min(usename) || ${escapeLiteral(` still has open sessions: ${remedy}`)}
      FROM pg_stat_activity WHERE usename IN (${names})`);
}

/** Privileges of its own would keep the role as well. */
function refuseOwner(role: string, owner: string): ProvisionStep {
  const second = getSecondLogin(role);
  const [from, to] = [second, owner].map(escapeIdentifier);
  const remedy = `let a superuser run REASSIGN OWNED BY ${from} TO ${to} and DROP OWNED BY ${from} there`;
  return buildRefusal(`SELECT ${escapeLiteral(`the role ${second} owns or has rights of its own on `)} || string_agg(DISTINCT CASE
        WHEN d.dbid = 0 OR b.datname = current_database() THEN pg_describe_object(d.classid, d.objid, d.objsubid)
        ELSE 'an object of the database ' || b.datname END, ', ') || ${escapeLiteral(`: ${remedy}`)}
      FROM pg_shdepend d LEFT JOIN pg_database b ON b.oid = d.dbid
      WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = ${findRole(second)}`);
}
