// The error of a connection that cannot be opened. It names the subgraph, the server, the database and the role, and no password. Where
// the reason says what is wrong with the URL, it also names the variable of the URL and what to correct.
import pg from 'pg';
import { getDatabaseKeys } from '../process/database-urls.ts';
import type { Session, Writability } from './session.ts';

const { escapeIdentifier } = pg;

export interface DatabaseAddress extends Session {
  host: string;
  port: number;
  database: string | undefined;
  role: string | undefined;
}

export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';
  constructor(address: DatabaseAddress, cause: unknown) {
    const remedy = findRemedy(address, Object(cause));
    const reason = [describeReason(cause), remedy].filter((text) => text !== undefined).join('. ');
    super(`${describeAddress(address)} cannot be opened: ${reason}`, { cause });
  }
}

/** The server refuses writes, or would: it is a standby, or somebody has set default_transaction_read_only. */
export class DatabaseReadOnly extends Error {
  override name = 'DatabaseReadOnly';
  constructor({ isStandby }: { isStandby: boolean }) {
    super(
      isStandby
        ? 'it is a standby, which takes no writes'
        : 'it takes no writes, because default_transaction_read_only is on',
    );
  }
}

/** Takes the row that writabilitySql returns. Throws DatabaseReadOnly. */
export function refuseReadOnly([state]: readonly Writability[]): void {
  if (state?.isReadOnly !== false) throw new DatabaseReadOnly({ isStandby: state?.isStandby === true });
}

/** A pooler stands before the database and gives each transaction another session. */
export class TransactionPooler extends Error {
  override name = 'TransactionPooler';
  constructor() {
    super(
      'a connection pooler stands before it that gives each transaction another session (transaction pooling), which is not supported. ' +
        'Put the address of PostgreSQL itself into the URL, or set the pooler to session pooling',
    );
  }
}

function describeAddress({ subgraph, host, port, database, role }: DatabaseAddress): string {
  const server = host.includes(':') ? `[${host}]` : host;
  return `The database of ${subgraph} (${server}:${port}/${database}, role ${role})`;
}

const startupParameterHint =
  'A connection pooler refuses this parameter of the URL: remove it, or name it in ignore_startup_parameters of the pooler';

/** A name with several addresses fails with an AggregateError, which has no message of its own. */
function describeReason(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') {
    return [...new Set(cause.errors.map(describeReason))].join(', ');
  }
  if (!(cause instanceof Error)) return String(cause);
  const text = cause.message || cause.name;
  return text.includes('unsupported startup parameter') ? `${text}. ${startupParameterHint}` : text;
}

/** What to correct, by the code of the system or the SQLSTATE of the server. Undefined where the code says nothing of the URL. */
function findRemedy(
  { subgraph, work, database, role }: DatabaseAddress,
  { code, routine }: { code?: unknown; routine?: unknown },
): string | undefined {
  const keys = getDatabaseKeys(subgraph);
  const key = { queries: keys.runtime, migrations: keys.owner, administration: keys.admin }[work];
  switch (code) {
    case '28P01':
    case '28000':
      return `Correct role and password in ${key} (docs/rotation.md#database-passwords)`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Correct the host in ${key}`;
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
      return `Correct host and port in ${key}, or start the server there`;
    case '3D000':
      return `Correct the name of the database in ${key}, or create it: npm run provision -- ${subgraph}`;
    case '42501':
      // Only this function of PostgreSQL asks for CONNECT. Its message may be in any language.
      if (routine !== 'CheckMyDatabase') return undefined;
      return `GRANT CONNECT is missing. The database's owner or a superuser can run GRANT CONNECT ON DATABASE ${escapeIdentifier(database ?? '')} TO ${escapeIdentifier(role ?? '')}`;
    default:
      return undefined;
  }
}
