// Recognises a connection pooler that gives each transaction another server session, such as PgBouncer with pool_mode = transaction, and
// refuses it. Session settings, prepared statements, advisory locks and LISTEN need a session of their own. A pooler in session mode works.
import type { Client } from './client.ts';
import { TransactionPooler } from './unreachable.ts';

const rounds = 3;

/**
 * Throws DatabaseUnreachable when the client shares its session. A pooler invents the process id that it names at the start of a
 * connection, so a client without a pooler costs nothing. Behind one, `openOther` opens a second client for the test.
 */
export async function refuseTransactionPooler(
  client: Client,
  openOther: () => Promise<Client>,
): Promise<void> {
  if (!client.isPooled) return;
  const other = await openOther();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const own = await readTurn(client);
      const seen = await readSight(other, own);
      const isOwnSession =
        own.processId === client.serverProcessId &&
        seen.processId === other.serverProcessId &&
        own.processId !== seen.processId &&
        !seen.isTaken;
      if (!isOwnSession) throw client.toUnreachable(new TransactionPooler());
    }
  } finally {
    await other.end().catch(() => {});
  }
}

interface Turn {
  processId: number;
  startedAt: string;
}

interface Sight {
  processId: number;
  /** True when the process of the first client has run a statement after that client's last one. */
  isTaken: boolean;
}

// An idle pooler gives the second client the process of the first. A busy one gives that process to somebody else. The statements have no
// parameters, because the client would prepare them.
async function readTurn(client: Client): Promise<Turn> {
  const { rows } = await client.query(
    'SELECT pg_backend_pid() AS "processId", extract(epoch FROM statement_timestamp())::text AS "startedAt"',
  );
  return rows[0];
}

async function readSight(other: Client, { processId, startedAt }: Turn): Promise<Sight> {
  const { rows } = await other.query(
    `SELECT pg_backend_pid() AS "processId", EXISTS (
       SELECT FROM pg_stat_activity
       WHERE pid = ${Number(processId)} AND extract(epoch FROM query_start) <> ${Number(startedAt).toFixed(6)}) AS "isTaken"`,
  );
  return rows[0];
}
