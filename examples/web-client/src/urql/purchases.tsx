// The purchases of the viewer. An updater of the cache puts a new one in front.
import { useState } from 'react';
import { useQuery } from 'urql';
import { viewerQuery } from '../graph/operations.ts';
import { explain, readRefusal } from '../graph/refusal.ts';
import { purchasesPerPage } from '../shop/client.ts';
import { Failure, Loading } from '../shop/layout.tsx';
import { MoreList, PurchaseRow, ViewerHead } from '../shop/lists.tsx';

export function Purchases() {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }] = useQuery({
    query: viewerQuery,
    variables: { first: purchasesPerPage, after },
  });
  const viewer = data?.me;
  if (!viewer?.purchases)
    return fetching ? <Loading /> : <Failure message={explain(readRefusal(error?.graphQLErrors))} />;
  const { edges, pageInfo } = viewer.purchases;
  return (
    <>
      <ViewerHead name={viewer.name} hasBought={edges.length > 0} />
      <MoreList
        hasMore={pageInfo.hasNextPage}
        isLoading={fetching}
        onMore={() => setAfter(pageInfo.endCursor ?? null)}
      >
        {edges.map(({ node }) => (
          <PurchaseRow key={node.id} purchase={node} />
        ))}
      </MoreList>
    </>
  );
}
