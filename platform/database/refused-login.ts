// Notices that the server no longer accepts the role or the password of a pool, as after a change of the password. Sessions that are open go
// on, so that the process looks healthy until it needs one more.
import { getDatabaseKeys } from '../process/database-urls.ts';
import type { Log } from '../process/log.ts';

/** SQLSTATE invalid_password, and invalid_authorization_specification: no such role, or one that may not sign in. */
const refusedCodes = ['28P01', '28000'];

export interface LoginWatch {
  /** Gets why a connection did not open, and undefined when one did. */
  record: (cause: unknown) => void;
  /** A sentence for the operator, without address and password. Undefined while new connections open. */
  problem: () => string | undefined;
}

/** Logs once that the login is refused, and once that it is accepted again. */
export function watchLogin(subgraph: string, log: Log): LoginWatch {
  const sentence =
    `${getDatabaseKeys(subgraph).runtime}: the database refuses its role or password, so that no new connection opens: ` +
    'restart this process with the URL that is valid now (docs/rotation.md#database-passwords)';
  let isRefused = false;
  return {
    record: (cause) => {
      const { code } = Object(cause) as { code?: unknown };
      // A server that does not answer says nothing of the login.
      if (cause !== undefined && !refusedCodes.includes(String(code))) return;
      const wasRefused = isRefused;
      isRefused = cause !== undefined;
      if (isRefused && !wasRefused) log.error(sentence);
      if (!isRefused && wasRefused) log.info('the database accepts new connections again');
    },
    problem: () => (isRefused ? sentence : undefined),
  };
}
