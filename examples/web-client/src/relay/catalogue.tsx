// The catalogue. @connection merges the pages in the store, and each row reads its own fragment.
import { graphql, useFragment, useLazyLoadQuery, usePaginationFragment } from 'react-relay';
import { productsPerPage } from '../shop/client.ts';
import { Failure } from '../shop/layout.tsx';
import { MoreList, ProductRow } from '../shop/lists.tsx';
import type { ShownProduct } from '../shop/shown.ts';
import type { catalogue_page$key } from './__generated__/catalogue_page.graphql.ts';
import type { catalogue_product$key } from './__generated__/catalogue_product.graphql.ts';
import type { cataloguePageQuery } from './__generated__/cataloguePageQuery.graphql.ts';
import type { catalogueQuery } from './__generated__/catalogueQuery.graphql.ts';

type Choose = (product: ShownProduct) => void;

export function Catalogue({ onChoose }: { onChoose: Choose }) {
  const page = useLazyLoadQuery<catalogueQuery>(
    graphql`
      query catalogueQuery($count: Int!) {
        ...catalogue_page @arguments(count: $count)
      }
    `,
    { count: productsPerPage },
  );
  return <Pages page={page} onChoose={onChoose} />;
}

function Pages({ page, onChoose }: { page: catalogue_page$key; onChoose: Choose }) {
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<
    cataloguePageQuery,
    catalogue_page$key
  >(
    graphql`
      fragment catalogue_page on Query
      @refetchable(queryName: "cataloguePageQuery")
      @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }) {
        products(first: $count, after: $cursor) @connection(key: "catalogue_products") {
          edges {
            node {
              id
              ...catalogue_product
            }
          }
        }
      }
    `,
    page,
  );
  if (!data.products) return <Failure message="The catalogue cannot be shown at the moment." />;
  return (
    <MoreList hasMore={hasNext} isLoading={isLoadingNext} onMore={() => loadNext(productsPerPage)}>
      {data.products.edges.map(({ node }) => (
        <Row key={node.id} product={node} onChoose={onChoose} />
      ))}
    </MoreList>
  );
}

function Row({ product, onChoose }: { product: catalogue_product$key; onChoose: Choose }) {
  const data = useFragment(
    graphql`
      fragment catalogue_product on Product {
        id
        name
        stock
        price {
          amount
          currency
        }
      }
    `,
    product,
  );
  return <ProductRow product={data} onChoose={onChoose} />;
}
