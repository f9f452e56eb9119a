// The error of a connection that cannot be opened. It names the subgraph, the server, the database and the role, and no password.
import type { Writability } from './session.ts';

export interface DatabaseAddress {
  subgraph: string;
  host: string;
  port: number;
  database: string | undefined;
  role: string | undefined;
}

export class DatabaseUnreachable extends Error {
  override name = 'DatabaseUnreachable';
  constructor(address: DatabaseAddress, cause: unknown) {
    super(`${describeAddress(address)} cannot be opened: ${describeReason(cause)}`, { cause });
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
