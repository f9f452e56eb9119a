// Opens Apollo Client: how requests are signed, how an ended session is noticed, and how pages of a list are merged.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ApolloProvider } from '@apollo/client/react';
import { relayStylePagination } from '@apollo/client/utilities';
import { type ReactNode, useState } from 'react';
import { tap } from 'rxjs';
import type { ReportedError } from '../graph/refusal.ts';
import { authorize, saysExpired } from '../graph/session.ts';
import type { ClientOptions } from '../shop/client.ts';

export function Provider({ children, ...options }: ClientOptions & { children: ReactNode }) {
  const [client] = useState(() => createClient(options));
  return <ApolloProvider client={client}>{children}</ApolloProvider>;
}

function createClient({ url, token, onExpired }: ClientOptions): ApolloClient {
  const noticeExpiry = new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      tap(({ extensions }) => {
        if (saysExpired(extensions)) onExpired();
      }),
    ),
  );
  return new ApolloClient({
    link: ApolloLink.from([noticeExpiry, new HttpLink({ uri: url, headers: authorize(token) })]),
    cache: new InMemoryCache({
      typePolicies: {
        // Another filter is another list.
        Query: { fields: { products: relayStylePagination(['filter']) } },
        Account: { fields: { purchases: relayStylePagination() } },
      },
    }),
  });
}

/** The errors of the response; undefined when there was none. */
export function listErrors(cause: unknown): readonly ReportedError[] | undefined {
  if (CombinedGraphQLErrors.is(cause)) return cause.errors;
  return ServerError.is(cause) ? readErrors(cause.bodyText) : undefined;
}

/** Of a response whose status is an error and whose type is application/json, Apollo Client reads no more than the text. */
function readErrors(body: string): readonly ReportedError[] | undefined {
  try {
    const { errors } = JSON.parse(body) as { errors?: unknown };
    return Array.isArray(errors) ? errors : undefined;
  } catch {
    // A proxy answered, and no graph.
    return undefined;
  }
}
