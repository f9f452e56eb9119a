// Many clients who sign in at the same time, with wrong passwords and from addresses of their choice. One that is refused for overload
// comes again after the time that the refusal names.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

export interface StormCounts {
  /** The password was hashed, and was wrong. */
  hashed: number;
  overloaded: number;
  /** Every other answer, and requests without one. */
  other: number;
}

export interface Storm {
  /** Answers so far. */
  counts: StormCounts;
  stop: () => Promise<void>;
}

const mutation = `mutation SignIn($input: CreateSessionInput!) { createSession(input: $input) { token } }`;

interface Answer {
  code: string | undefined;
  retryAfterMs: number;
}

/** `getAddress` gives the address of each client. The gateway must trust the proxy that this process plays. */
export function startStorm(url: string, clients: number, getAddress: (client: number) => string): Storm {
  const pool = new Pool(new URL(url).origin, { connections: clients });
  const counts: StormCounts = { hashed: 0, overloaded: 0, other: 0 };
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const signInRepeatedly = async (client: number) => {
    for (let attempt = 0; !over.signal.aborted; attempt += 1) {
      const answer = await signIn(pool, getAddress(client), `nobody-${client}-${attempt}@example.com`).catch(
        (): Answer => ({ code: undefined, retryAfterMs: 100 }),
      );
      if (answer.code === 'CREDENTIALS_WRONG') counts.hashed += 1;
      else if (answer.code === 'OVERLOADED') counts.overloaded += 1;
      else counts.other += 1;
      await sleep(answer.retryAfterMs, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const running = Promise.all(Array.from({ length: clients }, (_, client) => signInRepeatedly(client)));
  return {
    counts,
    stop: async () => {
      over.abort();
      await running;
      await pool.close();
    },
  };
}

/** Signs in once. Rejects when no answer comes. */
export async function signIn(pool: Pool, address: string, email: string): Promise<Answer> {
  const { headers, body } = await pool.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({
      query: mutation,
      variables: { input: { email, password: 'wrong horse battery' } },
    }),
  });
  const { errors } = (await body.json()) as { errors?: { extensions?: { code?: string } }[] };
  return { code: errors?.[0]?.extensions?.code, retryAfterMs: Number(headers['retry-after'] ?? 0) * 1000 };
}
