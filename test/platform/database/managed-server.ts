// A server as managed PostgreSQL is: its administrator has CREATEDB and CREATEROLE, is no superuser, and owns neither of the databases that
// were there before it.
import type { DatabaseUrls } from '../../../platform/process/database-urls.ts';
import { query } from '../../support/databases.ts';
import { type PlacedDatabases, startOwnServer } from '../../support/topology.ts';

export interface ManagedServer extends PlacedDatabases {
  /** The URL of the administrator. */
  managerUrl: string;
  superuserUrl: string;
}

export async function startManagedServer(topology: 'databases' | 'schemas'): Promise<ManagedServer> {
  const server = await startOwnServer();
  await query(server.adminUrl, `CREATE ROLE manager LOGIN CREATEDB CREATEROLE PASSWORD 'of the manager'`);
  const url = new URL(server.adminUrl);
  url.username = 'manager';
  url.password = 'of the manager';
  const managerUrl = url.href;
  const place = (given: string) => {
    const placed = new URL(given);
    if (topology === 'schemas') placed.pathname = '/graph';
    return placed.href;
  };
  const urls = [...server.urls].map(([name, own]): [string, DatabaseUrls & { admin: string }] => [
    name,
    { runtime: place(own.runtime), owner: place(own.owner), admin: managerUrl },
  ]);
  return { urls: new Map(urls), remove: server.remove, managerUrl, superuserUrl: server.adminUrl };
}
