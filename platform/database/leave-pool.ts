// Leaves the connections of a pool. A connection may outlive the time in which its server takes writes: after a failover it still leads to
// the former primary, which answers reads. New connections go where the address leads by then, and client.ts refuses a server without
// writes. A server that shuts down ends its connections itself.
import type pg from 'pg';

/** The returned function ends the idle connections at once, and each connection in use when it is given back. */
export function watchPool(pool: pg.Pool): (cause: Error) => void {
  const idle = new Set<pg.PoolClient>();
  const busy = new Set<pg.PoolClient>();
  const left = new WeakSet<pg.PoolClient>();
  pool.on('acquire', (client) => {
    idle.delete(client);
    busy.add(client);
  });
  pool.on('release', (_cause, client) => {
    busy.delete(client);
    // The pool drops a client that is ending.
    if (left.has(client)) void (client as unknown as pg.Client).end();
    else idle.add(client);
  });
  pool.on('remove', (client) => idle.delete(client));
  return (cause) => {
    for (const client of busy) left.add(client);
    // The pool listens to the errors of idle clients, and drops the client.
    for (const client of [...idle]) client.emit('error', cause);
  };
}
