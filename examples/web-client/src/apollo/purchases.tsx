// The purchases of the viewer. The mutation asks this query again, which puts a new purchase in front.
import { useQuery } from '@apollo/client/react';
import { viewerQuery } from '../graph/operations.ts';
import { explain, readRefusal } from '../graph/refusal.ts';
import { purchasesPerPage } from '../shop/client.ts';
import { Failure, Loading } from '../shop/layout.tsx';
import { MoreList, PurchaseRow, ViewerHead } from '../shop/lists.tsx';
import { listErrors } from './provider.tsx';

export function Purchases() {
  const { data, error, loading, fetchMore } = useQuery(viewerQuery, {
    variables: { first: purchasesPerPage },
    // A part that cannot be shown at the moment is null, and the rest is there.
    errorPolicy: 'all',
  });
  const viewer = data?.me;
  if (!viewer?.purchases)
    return loading ? <Loading /> : <Failure message={explain(readRefusal(listErrors(error)))} />;
  const { edges, pageInfo } = viewer.purchases;
  return (
    <>
      <ViewerHead name={viewer.name} hasBought={edges.length > 0} />
      <MoreList
        hasMore={pageInfo.hasNextPage}
        isLoading={loading}
        onMore={() => fetchMore({ variables: { after: pageInfo.endCursor ?? null } })}
      >
        {edges.map(({ node }) => (
          <PurchaseRow key={node.id} purchase={node} />
        ))}
      </MoreList>
    </>
  );
}
