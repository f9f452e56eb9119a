// Opens urql with Graphcache: how requests are signed, how an ended session is noticed, how pages of a list are merged, and what a
// purchase changes in the cache.
import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { type ReactNode, useState } from 'react';
import { Client, fetchExchange, mapExchange, Provider as UrqlProvider } from 'urql';
import type { BuyMutation } from '../graph/__generated__/graphql.ts';
import { viewerQuery } from '../graph/operations.ts';
import { authorize, saysExpired } from '../graph/session.ts';
import { type ClientOptions, purchasesPerPage } from '../shop/client.ts';

export function Provider({ children, ...options }: ClientOptions & { children: ReactNode }) {
  const [client] = useState(() => createClient(options));
  return <UrqlProvider value={client}>{children}</UrqlProvider>;
}

function createClient({ url, token, onExpired }: ClientOptions): Client {
  return new Client({
    url,
    fetchOptions: { headers: authorize(token) },
    exchanges: [
      cacheExchange({
        // These have no id on purpose: the cache stores them inside of their object.
        keys: { Money: () => null, CreatedSession: () => null },
        resolvers: { Query: { products: relayPagination() }, Account: { purchases: relayPagination() } },
        updates: { Mutation: { purchase: (result, _, cache) => addPurchase(cache, result as BuyMutation) } },
      }),
      // Behind the cache, where it sees each response once.
      mapExchange({
        onResult({ extensions }) {
          if (saysExpired(extensions)) onExpired();
        },
      }),
      fetchExchange,
    ],
  });
}

/** Puts a new purchase in front of the first page. */
function addPurchase(cache: Cache, { purchase }: BuyMutation): void {
  if (!purchase) return;
  const query = { query: viewerQuery, variables: { first: purchasesPerPage, after: null } };
  cache.updateQuery(query, (data) => {
    if (!data?.me?.purchases) return data;
    const { purchases } = data.me;
    const edges = purchases.edges.filter(({ node }) => node.id !== purchase.id);
    const edge = { __typename: 'PurchaseEdge' as const, cursor: '', node: purchase };
    return { ...data, me: { ...data.me, purchases: { ...purchases, edges: [edge, ...edges] } } };
  });
}
