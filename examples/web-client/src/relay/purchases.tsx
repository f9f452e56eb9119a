// The purchases of the viewer. Relay loads a further page of an account by `node(id)`, in a query that its compiler writes.
import { graphql, useFragment, useLazyLoadQuery, usePaginationFragment } from 'react-relay';
import { purchasesPerPage } from '../shop/client.ts';
import { Failure } from '../shop/layout.tsx';
import { MoreList, PurchaseRow, ViewerHead } from '../shop/lists.tsx';
import type { purchases_account$key } from './__generated__/purchases_account.graphql.ts';
import type { purchases_purchase$key } from './__generated__/purchases_purchase.graphql.ts';
import type { purchasesPageQuery } from './__generated__/purchasesPageQuery.graphql.ts';
import type { purchasesQuery } from './__generated__/purchasesQuery.graphql.ts';

export function Purchases() {
  const { me } = useLazyLoadQuery<purchasesQuery>(
    graphql`
      query purchasesQuery($count: Int!) {
        me {
          ...purchases_account @arguments(count: $count)
        }
      }
    `,
    { count: purchasesPerPage },
  );
  return me ? <Pages account={me} /> : <Unavailable />;
}

function Pages({ account }: { account: purchases_account$key }) {
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<
    purchasesPageQuery,
    purchases_account$key
  >(
    graphql`
      fragment purchases_account on Account
      @refetchable(queryName: "purchasesPageQuery")
      @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
        name
        purchases(first: $count, after: $cursor) @connection(key: "purchases_purchases") {
          edges {
            node {
              id
              ...purchases_purchase
            }
          }
        }
      }
    `,
    account,
  );
  if (!data.purchases) return <Unavailable />;
  const { edges } = data.purchases;
  return (
    <>
      <ViewerHead name={data.name} hasBought={edges.length > 0} />
      <MoreList hasMore={hasNext} isLoading={isLoadingNext} onMore={() => loadNext(purchasesPerPage)}>
        {edges.map(({ node }) => (
          <Row key={node.id} purchase={node} />
        ))}
      </MoreList>
    </>
  );
}

function Row({ purchase }: { purchase: purchases_purchase$key }) {
  const data = useFragment(
    graphql`
      fragment purchases_purchase on Purchase {
        id
        status
        cancelReason
        createdAt
        total {
          amount
          currency
        }
        payment {
          status
        }
        lines {
          id
          quantity
          name
          product {
            name
            stock
          }
        }
      }
    `,
    purchase,
  );
  return <PurchaseRow purchase={data} />;
}

function Unavailable() {
  return <Failure message="Your purchases cannot be shown at the moment." />;
}
