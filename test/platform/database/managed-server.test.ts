// Provisioning by a role that is no superuser, as managed PostgreSQL has one: it does what such a role may do, names what it skips, continues
// after any interruption, and the graph runs on the result.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../../platform/database/connect.ts';
import {
  provision,
  readProvisionTarget,
  replaceDatabase,
  runSteps,
} from '../../../platform/database/provision.ts';
import {
  buildCreateDatabaseStep,
  buildSchemaSteps,
  buildServerSteps,
} from '../../../platform/database/provisioning/steps.ts';
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import { buy } from '../../journeys/buy.ts';
import { runCommand } from '../../support/commands.ts';
import { query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { openWorld } from '../../support/world.ts';
import { type ManagedServer, startManagedServer } from './managed-server.ts';

describe.each(['databases', 'schemas'] as const)('with the databases placed as %s', (topology) => {
  buy(openWorld('processes', () => startManagedServer(topology)));
});

describe('on a server whose administrator is no superuser', () => {
  let server: ManagedServer | undefined;
  beforeAll(async () => {
    server = await startManagedServer('databases');
  });
  afterAll(async () => {
    await server?.remove();
  });
  const urlsFor = (role: string, admin: string): DatabaseUrls & { admin: string } => {
    const as = (name: string) => {
      const url = new URL(replaceDatabase(admin, role));
      url.username = name;
      url.password = `password of ${name}`;
      return url.href;
    };
    return { runtime: as(role), owner: as(`${role}_owner`), admin };
  };
  const getServer = () => required(server, 'the server runs');
  const leftOpen = ['postgres', 'template1'].map(
    (name) =>
      `every role of the server may still connect to the database ${name}, which belongs to another role: ` +
      `that role can run REVOKE ALL ON DATABASE "${name}" FROM PUBLIC`,
  );

  test('continues after an interruption behind any step, with the result of a run without one', async () => {
    const { managerUrl } = getServer();
    const expected = urlsFor('uninterrupted', managerUrl);
    expect(await provision('accounts', expected)).toEqual(leftOpen);
    const state = await readState(expected);
    expect(state).toMatchObject({ schemaOwner: 'role_owner', isPublicClosed: true });
    const target = (name: string) => readProvisionTarget('accounts', urlsFor(name, managerUrl));
    const serverSteps = buildServerSteps(target('any')).length + 1;
    const total = serverSteps + buildSchemaSteps(target('any')).length;
    for (let done = 1; done < total; done += 1) {
      const urls = urlsFor(`interrupted_${done}`, managerUrl);
      const { database, ...rest } = target(`interrupted_${done}`);
      const steps = [buildCreateDatabaseStep(database), ...buildServerSteps({ database, ...rest })];
      await runOn(managerUrl, steps.slice(0, done));
      if (done > serverSteps)
        await runOn(
          replaceDatabase(managerUrl, database),
          buildSchemaSteps({ database, ...rest }).slice(0, done - serverSteps),
        );
      expect(await provision('accounts', urls), `after ${done} steps`).toEqual(leftOpen);
      expect(await readState(urls), `after ${done} steps`).toEqual(state);
    }
    expect(total).toBeGreaterThan(15);
  });

  test('names what it may not take away, and what it may not give, and refuses roles of others', async () => {
    const { managerUrl, superuserUrl } = getServer();
    await query(superuserUrl, 'CREATE DATABASE given');
    await query(superuserUrl, 'GRANT CREATE ON DATABASE given TO manager');
    await query(superuserUrl, 'REVOKE CONNECT ON DATABASE given FROM PUBLIC');
    await query(superuserUrl, 'GRANT CONNECT ON DATABASE given TO manager');
    const given = urlsFor('given', managerUrl);
    const says = (role: string, privileges: string) =>
      `the role ${role} may not connect to the database given, which belongs to another role: that role can run GRANT ${privileges} ON DATABASE "given" TO "${role}"`;
    expect(await provision('accounts', given)).toEqual([
      expect.stringContaining('may still connect to the database given'),
      ...leftOpen,
      says('given', 'CONNECT'),
      says('given_owner', 'CONNECT, TEMPORARY'),
      expect.stringContaining('may use its schema public, which belongs to another role'),
    ]);
    await query(superuserUrl, 'ALTER ROLE given BYPASSRLS');
    expect(await provision('accounts', given)).toContainEqual(
      expect.stringContaining('the role given keeps SUPERUSER, REPLICATION or BYPASSRLS'),
    );

    await query(superuserUrl, `CREATE ROLE strangers LOGIN PASSWORD 'x'`);
    const variables = {
      ACCOUNTS_DATABASE_URL: urlsFor('strangers', managerUrl).runtime,
      ACCOUNTS_OWNER_DATABASE_URL: urlsFor('strangers', managerUrl).owner,
      ACCOUNTS_ADMIN_DATABASE_URL: managerUrl,
    };
    expect(await runCommand('provision', ['accounts'], variables)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(
        /permission denied to alter role\. Only roles with the CREATEROLE attribute and the ADMIN option on role "strangers" may alter this role\. It must be/,
      ),
    });
  });

  test('prints a script for psql without a password, which does the same', async ({ skip }) => {
    const { managerUrl, superuserUrl } = getServer();
    if (spawnSync('psql', ['--version']).status !== 0)
      skip('psql is not installed (Debian: apt-get install postgresql-client)');
    const provisioned = urlsFor('provisioned', managerUrl);
    expect(await provision('accounts', provisioned)).toEqual(leftOpen);
    const folder = temporaryFolder();
    for (const [role, admin, skipped] of [
      ['scripted_by_manager', managerUrl, leftOpen],
      ['scripted', superuserUrl, []],
    ] as const) {
      const urls = urlsFor(role, admin);
      const variables = { ACCOUNTS_DATABASE_URL: urls.runtime, ACCOUNTS_OWNER_DATABASE_URL: urls.owner };
      const runPrinted = async (...args: string[]) => {
        const printed = await runCommand('provision', ['accounts', ...args, '--print'], variables);
        expect(printed).toMatchObject({ status: 0, stderr: '' });
        expect(printed.stdout).not.toContain('password of');
        const file = join(folder, 'provision.sql');
        writeFileSync(file, printed.stdout);
        return [1, 2].map(() => {
          const { status, stdout, stderr } = spawnSync('psql', ['-X', '-f', file, admin], {
            encoding: 'utf8',
          });
          return { status, stderr, lines: stdout.trim().split('\n').filter(Boolean) };
        });
      };
      const lines = skipped.map((sentence) => `skipped: ${sentence}`);
      const twice = (given: string[]) => Array(2).fill({ status: 0, stderr: '', lines: given });
      expect(await runPrinted()).toEqual(twice(lines));
      expect(await readState(urls)).toEqual(await readState(provisioned));

      const file = join(folder, `${role}.env`);
      expect(await runPrinted('--second-login', file)).toEqual(twice([]));
      const { ACCOUNTS_DATABASE_URL: second = '' } = parseEnv(readFileSync(file, 'utf8'));
      const client = await connect({ subgraph: 'accounts', url: second, applicationName: 'test' });
      expect((await client.query('SELECT count(*)::int AS count FROM note')).rows).toEqual([{ count: 1 }]);
      const [refused] = await runPrinted('--drop-second-login').finally(() => client.end());
      expect(refused).toEqual({
        status: 3,
        lines: [],
        stderr: expect.stringMatching(
          new RegExp(`^psql:.+ ERROR:  ${role}_b still has open sessions: .+\n$`),
        ),
      });
      await expect.poll(() => runPrinted('--drop-second-login'), { timeout: 20_000 }).toEqual(twice([]));
      expect(await readState(urls)).toEqual(await readState(provisioned));
    }
    rmSync(folder, { recursive: true });
  });
});

async function runOn(url: string, steps: Parameters<typeof runSteps>[1]): Promise<void> {
  const client = await connect({
    subgraph: 'accounts',
    url,
    applicationName: 'test',
    work: 'administration',
  });
  await runSteps(client, steps).finally(() => client.end());
}

/** What both roles can do, as they themselves and the catalog say, with the names of the roles taken out. */
async function readState({ runtime, owner }: DatabaseUrls): Promise<Record<string, unknown>> {
  const { username } = new URL(runtime);
  await query(owner, 'CREATE TABLE IF NOT EXISTS accounts.note (id int)');
  await query(runtime, 'INSERT INTO accounts.note VALUES (1)');
  const [state] = await query(
    owner,
    `SELECT n.nspowner::regrole::text AS "schemaOwner", n.nspacl::text AS grants,
       (SELECT array_agg(t.relacl::text) FROM pg_class t WHERE t.relnamespace = n.oid) AS tables,
       (SELECT array_agg(defaclobjtype::text || defaclacl::text ORDER BY defaclobjtype, defaclnamespace) FROM pg_default_acl) AS defaults,
       (SELECT array_agg(array[rolname, rolconnlimit::text, rolconfig::text] ORDER BY rolname) FROM pg_roles
        WHERE rolname = ANY($1)) AS roles,
       NOT EXISTS (SELECT FROM pg_database, aclexplode(datacl) WHERE datname = current_database() AND grantee = 0)
         AS "isPublicClosed"
     FROM pg_namespace n WHERE nspname = 'accounts'`,
    [[username, `${username}_owner`]],
  );
  return JSON.parse(JSON.stringify(state).replaceAll(username, 'role'));
}
