// What provisioning refuses before it changes anything. A refusal is a step like the others, so that a script for psql refuses the same
// with the same sentence.
import pg from 'pg';
import { getDatabaseKeys } from '../../process/database-urls.ts';
import type { ProvisionStep, ProvisionTarget } from './steps.ts';

const { escapeLiteral } = pg;

/** SQLSTATE raise_exception: the code of the error that such a step raises. */
export const refusalCode = 'P0001';

/** `reason` is a SQL query for the sentence of the refusal. No row and NULL refuse nothing. */
export function buildRefusal(reason: string): ProvisionStep {
  return {
    sql: `DO $refuse$ DECLARE reason text := (${reason});
BEGIN IF reason IS NOT NULL THEN RAISE EXCEPTION '%', reason; END IF; END $refuse$`,
  };
}

/**
 * Refuses a URL with another role than the one that has its rights in the schema already. Such a role would read none of the tables that
 * are there, or own none of them, and the graph would fail later.
 */
export function buildOtherRoleRefusals({ subgraph, runtime, owner }: ProvisionTarget): ProvisionStep[] {
  const keys = getDatabaseKeys(subgraph);
  const inSchema = `FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
      WHERE n.nspname = ${escapeLiteral(subgraph)} AND c.relkind IN ('r', 'p')`;
  const writers = `SELECT g.grantee AS oid FROM (SELECT c.relacl, c.relowner ${inSchema}) c, aclexplode(c.relacl) g
      WHERE g.privilege_type = 'INSERT' AND g.grantee <> c.relowner`;
  // Before the first migration there are no tables, and a second login has its rights from the role whose member it is.
  const users = `SELECT g.grantee FROM pg_namespace n, aclexplode(n.nspacl) g, pg_roles r
      WHERE n.nspname = ${escapeLiteral(subgraph)} AND g.grantee NOT IN (0, n.nspowner)
        AND r.rolname = ${escapeLiteral(runtime.name)} AND NOT r.rolsuper AND pg_has_role(r.oid, g.grantee, 'MEMBER')`;
  return [
    refuseOther(keys.runtime, runtime.name, 'answers queries with', `${writers} UNION ${users}`),
    refuseOther(keys.owner, owner.name, 'is owned by', `SELECT c.relowner AS oid ${inSchema}`),
  ];

  function refuseOther(key: string, role: string, relation: string, holders: string): ProvisionStep {
    const [name, sentence] = [
      role,
      `${key}: its role ${role} is not the one that the schema ${subgraph} ${relation}: name `,
    ].map(escapeLiteral);
    return buildRefusal(`SELECT ${sentence} || min(r.rolname) FROM (${holders}) holder JOIN pg_roles r USING (oid)
      HAVING NOT bool_or(r.rolname = ${name})`);
  }
}
