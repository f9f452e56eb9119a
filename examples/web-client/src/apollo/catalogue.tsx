// The catalogue. fetchMore adds a page, and the cache merges it into the list that the query already shows.
import { useQuery } from '@apollo/client/react';
import { catalogueQuery } from '../graph/operations.ts';
import { explain, readRefusal } from '../graph/refusal.ts';
import { productsPerPage } from '../shop/client.ts';
import { Failure, Loading } from '../shop/layout.tsx';
import { MoreList, ProductRow } from '../shop/lists.tsx';
import type { ShownProduct } from '../shop/shown.ts';
import { listErrors } from './provider.tsx';

export function Catalogue({ onChoose }: { onChoose: (product: ShownProduct) => void }) {
  const { data, error, loading, fetchMore } = useQuery(catalogueQuery, {
    variables: { first: productsPerPage },
  });
  const products = data?.products;
  if (!products) return loading ? <Loading /> : <Failure message={explain(readRefusal(listErrors(error)))} />;
  const { hasNextPage, endCursor } = products.pageInfo;
  return (
    <MoreList
      hasMore={hasNextPage}
      isLoading={loading}
      onMore={() => fetchMore({ variables: { after: endCursor ?? null } })}
    >
      {products.edges.map(({ node }) => (
        <ProductRow key={node.id} product={node} onChoose={onChoose} />
      ))}
    </MoreList>
  );
}
