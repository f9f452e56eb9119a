// What the health says of a follower, in one line each.
import type { Log } from '../process/log.ts';
import type { Refusal } from '../values/refusal.ts';

export interface FollowerHealth {
  /**
   * following  this instance runs it
   * standby    another instance runs it, or none yet
   * failing    its publisher or its database does not answer; it is tried again
   * refused    its publisher cannot answer its cursor: an operator has to decide
   */
  state: 'following' | 'standby' | 'failing' | 'refused';
  /** The code of the refusal. */
  code?: string;
  /** Events whose effect has failed so often that an operator has to look. */
  parked: number;
  /** All events that wait: the parked ones, those that are tried again, and later ones of their subjects. */
  waiting: number;
}

export interface FollowerState {
  setFollowing: () => void;
  setFailing: (cause: unknown) => void;
  setRefused: (refusal: Refusal) => void;
  setStandby: () => void;
  read: () => Pick<FollowerHealth, 'state' | 'code'>;
}

/** A follower that fails for longer than this is logged, in milliseconds: services start one after the other. */
const quietMs = 5_000;

/** Why its publisher cannot answer the cursor, by the code of the refusal. Other refusals, as of a key or a type, may end by themselves. */
const reasons: Readonly<Record<string, string>> = {
  FEED_CURSOR_EXPIRED: 'events are lost to it',
  FEED_CURSOR_AHEAD: 'its publisher was restored, or another server has taken over',
  FEED_CURSOR_INVALID: 'its cursor is none',
  FEED_CURSOR_FOREIGN: 'its cursor belongs to another publisher',
};

/** True when only an operator can say where the follower goes on. */
export function endsFollowing({ code }: Refusal): boolean {
  return Object.hasOwn(reasons, code);
}

/** Logs each change once. */
export function createFollowerState(
  { subgraph, name, publisher }: { subgraph: string; name: string; publisher: string },
  log: Log,
): FollowerState {
  let current: Pick<FollowerHealth, 'state' | 'code'> = { state: 'standby' };
  let failingSince: number | undefined;
  let isLogged = false;
  const reset = (next: typeof current) => {
    if (isLogged && next.state === 'following')
      log.info({ follower: name, publisher }, 'a follower follows again');
    current = next;
    failingSince = undefined;
    isLogged = false;
  };
  return {
    setFollowing: () => {
      if (current.state !== 'following') reset({ state: 'following' });
    },
    setStandby: () => reset({ state: 'standby' }),
    setFailing: (cause) => {
      if (current.state === 'refused') reset({ state: 'failing' });
      failingSince ??= Date.now();
      current = { state: 'failing' };
      if (isLogged || Date.now() - failingSince < quietMs) return;
      isLogged = true;
      log.warn({ err: cause, follower: name, publisher }, 'a follower gets no events; it is tried again');
    },
    setRefused: ({ code, message }) => {
      if (current.code === code) return;
      current = { state: 'refused', code };
      isLogged = true;
      log.error(
        { follower: name, publisher, code },
        `a follower has stopped, because ${reasons[code]}: ${message} Choose where it goes on: npm run events -- restart ${subgraph} ${name} beginning|now`,
      );
    },
    read: () => current,
  };
}
