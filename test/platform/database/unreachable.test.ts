// Each way in which a connection fails to open is told with the name of the database, and never with its password.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, inject, onTestFinished, test } from 'vitest';
import { connect } from '../../../platform/database/connect.ts';
import { openDataSource } from '../../../platform/database/data-source.ts';
import { replaceDatabase } from '../../../platform/database/provision.ts';
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

const failures: [what: string, find: () => Promise<string> | string, reason: RegExp][] = [
  ['no server', () => at('127.0.0.1:1'), /ECONNREFUSED/],
  ['a name with several addresses and no server', () => at('localhost:1'), /ECONNREFUSED/],
  ['no such name', () => at('no-such-host.invalid:5432'), /ENOTFOUND|EAI_AGAIN/],
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
    /password authentication failed/,
  ],
  ['no such database', () => replaceDatabase(inject('adminUrl'), 'nowhere'), /"nowhere" does not exist/],
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
