// One subgraph to replay a contract against, wherever it runs: GraphQL over HTTP, asked as one of the fixture's viewers.
import type { Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
import { asAccountId, newSessionId } from '../../platform/values/ids.ts';
import type { Fixture } from './fixture.ts';

export interface Endpoint {
  /** Rejects when no GraphQL answer comes. */
  ask: (viewer: string, operation: Operation) => Promise<SubgraphResponse>;
  /** SQL statements it has sent so far; left out where nobody can count them. */
  statements?: () => number;
}

/** Signs for a viewer: the value of the Authorization header. */
export type SignFor = (viewer: Viewer) => Promise<string>;

const patienceMs = 20_000;

/**
 * `signFor` is left out where viewers bring headers of their own, and whoever is anonymous brings none. Throws for viewers
 * who would have to be signed for.
 */
export function httpEndpoint(
  url: string,
  { viewers }: Pick<Fixture, 'viewers'>,
  signFor?: SignFor,
): Pick<Endpoint, 'ask'> {
  const unsigned = Object.entries(viewers).filter(([, viewer]) => 'account' in viewer || 'service' in viewer);
  if (signFor === undefined && unsigned.length > 0)
    throw new Error(
      `nothing is signed for ${url}: give headers to the viewers ${unsigned.map(([name]) => name).join(', ')}`,
    );
  const headersOf = async (name: string): Promise<Record<string, string>> => {
    const viewer = viewers[name];
    if (viewer === undefined) throw new Error(`the fixture has no viewer "${name}"`);
    if ('headers' in viewer) return viewer.headers;
    return signFor === undefined ? {} : { authorization: await signFor(viewerOf(viewer)) };
  };
  const signed = new Map<string, ReturnType<typeof headersOf>>();
  const headersOnce = (name: string) => {
    const headers = signed.get(name) ?? headersOf(name);
    signed.set(name, headers);
    return headers;
  };
  return {
    ask: async (name, { query, operationName, variables }) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(await headersOnce(name)),
        },
        body: JSON.stringify({ query, operationName, variables }),
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await response.text();
      const answer = readAnswer(text);
      if (answer === undefined)
        throw new Error(
          `answered with HTTP status ${response.status} and no GraphQL: ${JSON.stringify(text.slice(0, 80))}`,
        );
      return answer;
    },
  };
}

/** Throws one sentence when nothing answers there at all. */
export async function refuseSilence(url: string): Promise<void> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`"${url}" is no http address; write it like http://127.0.0.1:4003/graphql`);
  try {
    const body = JSON.stringify({ query: '{ __typename }' });
    const headers = { 'content-type': 'application/json' };
    await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(patienceMs) });
  } catch (cause) {
    const why = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message;
    throw new Error(`nothing answers at ${url} (${why}); start the subgraph first`, { cause });
  }
}

function readAnswer(text: string): SubgraphResponse | undefined {
  try {
    const answer: SubgraphResponse | null = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)
      ? answer
      : undefined;
  } catch {
    return undefined;
  }
}

function viewerOf(viewer: Exclude<Fixture['viewers'][string], { headers: unknown }>): Viewer {
  if ('account' in viewer) {
    const accountId = asAccountId(viewer.account.accountId);
    return { kind: 'account', sessionId: newSessionId(), ...viewer.account, accountId };
  }
  if ('service' in viewer) return { kind: 'service', name: viewer.service };
  return { kind: 'anonymous' };
}
