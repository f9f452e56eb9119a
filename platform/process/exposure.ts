// Whether clients of other machines may reach this process, and what is closed to them: everything whose password is published
// with the project. DEMO_DATA=anywhere is the operator's word that only this machine reaches a port that is open to all.
import { isIPv4 } from 'node:net';

interface Exposure {
  NODE_ENV: 'development' | 'test' | 'production';
  HOST: string;
  DEMO_DATA?: boolean | 'anywhere' | undefined;
}

const reason = 'the password of the demo accounts is public';

/** True for an address of the loopback interface, which no other machine reaches. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** For whom a password that is published with the project opens an account. */
export type PublicPasswordUsers = 'nobody' | 'this machine' | 'everybody';

export function getPublicPasswordUsers({ NODE_ENV, HOST, DEMO_DATA }: Exposure): PublicPasswordUsers {
  if (NODE_ENV === 'production') return 'nobody';
  if (DEMO_DATA === 'anywhere') return 'everybody';
  return isThisMachine(HOST) ? 'this machine' : 'nobody';
}

/** True where a password that is published with the project must open no account. */
export function forbidsPublicPasswords(exposure: Exposure): boolean {
  return getPublicPasswordUsers(exposure) === 'nobody';
}

/** The problem of a DEMO_DATA that asks for demo accounts where other machines could sign in to them. */
export function findDemoProblem(exposure: Exposure): string | undefined {
  const { NODE_ENV, HOST, DEMO_DATA } = exposure;
  if (DEMO_DATA === undefined || DEMO_DATA === false || !forbidsPublicPasswords(exposure)) return undefined;
  if (NODE_ENV === 'production') return `DEMO_DATA: must not be ${DEMO_DATA} in production: ${reason}`;
  return `DEMO_DATA: true needs a HOST that only this machine reaches, and ${HOST} is not one: ${reason}. Where nothing else lets other machines in, write DEMO_DATA=anywhere`;
}

/** Warns of a process of development that other machines may reach. */
export function warnOfExposure({ NODE_ENV, HOST }: Exposure, warn: (message: string) => void): void {
  if (NODE_ENV === 'production' || isThisMachine(HOST)) return;
  warn(
    `HOST=${HOST} lets other machines in while NODE_ENV is ${NODE_ENV}: development secrets are accepted, and introspection and Apollo Sandbox are open. Set NODE_ENV=production, or keep other machines out`,
  );
}
