// Each way in which a connection fails to open is told with the name of the database, and never with its password. Where the URL is
// wrong, the variable and the remedy are named as well.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connect } from '../../../platform/database/connect.ts';
import { openDataSource } from '../../../platform/database/data-source.ts';
import { replaceDatabase } from '../../../platform/database/provision.ts';
import type { Work } from '../../../platform/database/session.ts';
import { query } from '../../support/databases.ts';
import { silent } from '../../support/silent-log.ts';

const password = 'secret-of-this-test';

/** A server that does this with each connection. Returns its port. */
async function serve(conduct: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    conduct(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const at = (address: string) => `postgresql://accounts:${password}@${address}/accounts`;

/** A role that may sign in. Provisioning has closed the database `postgres` of the run's server to it. */
async function createRole(): Promise<string> {
  const role = `stranger_${randomBytes(5).toString('hex')}`;
  await query(inject('adminUrl'), `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  onTestFinished(async () => void (await query(inject('adminUrl'), `DROP ROLE ${role}`)));
  return role;
}

const failures: [what: string, find: () => Promise<string> | string, reason: RegExp][] = [
  [
    'no server',
    () => at('127.0.0.1:1'),
    /ECONNREFUSED.*\. Correct host and port in ACCOUNTS_DATABASE_URL, or start the server there$/,
  ],
  [
    'a name with several addresses and no server',
    () => at('localhost:1'),
    /ECONNREFUSED.*\. Correct host and port in ACCOUNTS_DATABASE_URL,/,
  ],
  [
    'no such name',
    () => at('no-such-host.invalid:5432'),
    /(ENOTFOUND|EAI_AGAIN).*\. Correct the host in ACCOUNTS_DATABASE_URL$/,
  ],
  [
    'a server that hangs up',
    async () => at(`127.0.0.1:${await serve((socket) => socket.once('data', () => socket.end()))}`),
    /Connection terminated unexpectedly/,
  ],
  [
    'a server that resets',
    async () => at(`127.0.0.1:${await serve((socket) => socket.resetAndDestroy())}`),
    /ECONNRESET|EPIPE|terminated/,
  ],
  ['a silent server', async () => at(`127.0.0.1:${await serve(() => {})}`), /timeout/],
  [
    'a wrong password',
    () => {
      const url = new URL(replaceDatabase(inject('adminUrl'), 'accounts'));
      url.username = 'accounts';
      url.password = password;
      return url.href;
    },
    /^password authentication failed .*\. Correct role and password in ACCOUNTS_DATABASE_URL \(docs\/rotation.md#database-passwords\)$/,
  ],
  [
    'no such database',
    () => replaceDatabase(inject('adminUrl'), 'nowhere'),
    /"nowhere" does not exist\. Correct the name of the database in ACCOUNTS_DATABASE_URL, or create it: npm run provision -- accounts$/,
  ],
  [
    'a database that the role may not connect to',
    async () => {
      const url = new URL(replaceDatabase(inject('adminUrl'), 'postgres'));
      const role = await createRole();
      [url.username, url.password] = [role, password];
      return url.href;
    },
    /^permission denied .*\. GRANT CONNECT is missing\. The database's owner or a superuser can run GRANT CONNECT ON DATABASE "postgres" TO "stranger_\w+"$/,
  ],
];

test.each(failures)('%s', async (_what, find, reason) => {
  const url = await find();
  const { host, pathname, username } = new URL(url);
  const prefix = `The database of accounts (${host}${pathname}, role ${username}) cannot be opened: `;
  const opening = [
    () => connect({ subgraph: 'accounts', url, applicationName: 'test', connectTimeoutMs: 300 }),
    // The time limit of a pool is fixed, and too long for this test.
    ...(reason.source === 'timeout'
      ? []
      : [
          () =>
            openDataSource({
              subgraph: 'accounts',
              url,
              tables: [],
              migrations: [],
              poolSize: 1,
              log: silent,
            }),
        ]),
  ];
  for (const open of opening) {
    const error = await open().then(
      () => new Error('it opened'),
      (cause: Error) => cause,
    );
    expect(error.message.slice(0, prefix.length)).toBe(prefix);
    expect(error.message.slice(prefix.length)).toMatch(reason);
    expect(error.message).not.toContain(password);
  }
});

test('a connection for migrations names the variable of the owner, and one that provisions that of the administrator', async () => {
  const open = (work: Work) =>
    connect({ subgraph: 'accounts', url: at('127.0.0.1:1'), applicationName: 'test', work });
  await expect(open('migrations')).rejects.toThrow('Correct host and port in ACCOUNTS_OWNER_DATABASE_URL');
  await expect(open('administration')).rejects.toThrow(
    'Correct host and port in ACCOUNTS_ADMIN_DATABASE_URL',
  );
});
