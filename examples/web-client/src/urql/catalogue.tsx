// The catalogue. The query asks for the next page, and its resolver returns all pages that the cache has.
import { useState } from 'react';
import { useQuery } from 'urql';
import { catalogueQuery } from '../graph/operations.ts';
import { explain, readRefusal } from '../graph/refusal.ts';
import { productsPerPage } from '../shop/client.ts';
import { Failure, Loading } from '../shop/layout.tsx';
import { MoreList, ProductRow } from '../shop/lists.tsx';
import type { ShownProduct } from '../shop/shown.ts';

export function Catalogue({ onChoose }: { onChoose: (product: ShownProduct) => void }) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }] = useQuery({
    query: catalogueQuery,
    variables: { first: productsPerPage, after },
  });
  const products = data?.products;
  if (!products)
    return fetching ? <Loading /> : <Failure message={explain(readRefusal(error?.graphQLErrors))} />;
  const { hasNextPage, endCursor } = products.pageInfo;
  return (
    <MoreList hasMore={hasNextPage} isLoading={fetching} onMore={() => setAfter(endCursor ?? null)}>
      {products.edges.map(({ node }) => (
        <ProductRow key={node.id} product={node} onChoose={onChoose} />
      ))}
    </MoreList>
  );
}
