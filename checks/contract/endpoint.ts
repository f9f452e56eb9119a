// The subgraph that a contract is replayed against, wherever it runs: GraphQL over HTTP, as one of the fixture's viewers.
import type { Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
import { asAccountId, newSessionId } from '../../platform/values/ids.ts';
import type { Fixture } from './fixture.ts';

export interface Endpoint {
  /** Rejects when the subgraph does not send a GraphQL response. */
  ask: (viewer: string, operation: Operation) => Promise<SubgraphResponse>;
  /** SQL statements that the subgraph has sent so far; undefined when they cannot be counted. */
  statements?: () => number;
}

/** Signs the identity of a viewer: the value of the Authorization header. */
export type SignFor = (viewer: Viewer) => Promise<string>;

const timeoutMs = 20_000;

/**
 * Without `signFor`, each viewer must have headers of its own or be anonymous: an account or a service needs a signature, so
 * that this function throws.
 */
export function httpEndpoint(
  url: string,
  { viewers }: Pick<Fixture, 'viewers'>,
  signFor?: SignFor,
): Pick<Endpoint, 'ask'> {
  const unsigned = Object.entries(viewers).filter(([, viewer]) => 'account' in viewer || 'service' in viewer);
  if (signFor === undefined && unsigned.length > 0)
    throw new Error(
      `identities for ${url} cannot be signed: give headers to the viewers ${unsigned.map(([name]) => name).join(', ')}`,
    );
  const buildHeaders = async (name: string): Promise<Record<string, string>> => {
    const viewer = viewers[name];
    if (viewer === undefined) throw new Error(`the fixture has no viewer "${name}"`);
    if ('headers' in viewer) return viewer.headers;
    return signFor === undefined ? {} : { authorization: await signFor(toViewer(viewer)) };
  };
  const headersByViewer = new Map<string, ReturnType<typeof buildHeaders>>();
  const getHeaders = (name: string) => {
    const headers = headersByViewer.get(name) ?? buildHeaders(name);
    headersByViewer.set(name, headers);
    return headers;
  };
  return {
    ask: async (name, { query, operationName, variables }) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(await getHeaders(name)),
        },
        body: JSON.stringify({ query, operationName, variables }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await response.text();
      const parsed = parseResponse(text);
      if (parsed === undefined)
        throw new Error(
          `responded with HTTP status ${response.status} and no GraphQL response: ${JSON.stringify(text.slice(0, 80))}`,
        );
      return parsed;
    },
  };
}

/** Throws an error of one sentence when no server answers at the URL. */
export async function requireReachable(url: string): Promise<void> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Error(`"${url}" is not an HTTP address; write it like http://127.0.0.1:4003/graphql`);
  try {
    const body = JSON.stringify({ query: '{ __typename }' });
    const headers = { 'content-type': 'application/json' };
    await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    const why = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message;
    throw new Error(`no server answers at ${url} (${why}); start the subgraph first`, { cause });
  }
}

function parseResponse(text: string): SubgraphResponse | undefined {
  try {
    const response: SubgraphResponse | null = JSON.parse(text);
    return typeof response === 'object' && response !== null && ('data' in response || 'errors' in response)
      ? response
      : undefined;
  } catch {
    return undefined;
  }
}

function toViewer(viewer: Exclude<Fixture['viewers'][string], { headers: unknown }>): Viewer {
  if ('account' in viewer) {
    const accountId = asAccountId(viewer.account.accountId);
    return { kind: 'account', sessionId: newSessionId(), ...viewer.account, accountId };
  }
  if ('service' in viewer) return { kind: 'service', name: viewer.service };
  return { kind: 'anonymous' };
}
