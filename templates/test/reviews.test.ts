// reviews alone on its database: what createReview refuses, and what its reads send.
import { expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { subgraphTest } from '../../test/support/subgraph.ts';
import { customer } from '../../test/support/viewers.ts';

const reviews = subgraphTest('reviews');

const create = `mutation ($input: CreateReviewInput!) {
  createReview(input: $input) { id text product { id } author { id } createdAt }
}`;
const byProduct = `query ($keys: [_Any!]!, $first: Int, $after: String) { _entities(representations: $keys) {
  ... on Product { reviews(first: $first, after: $after) { edges { cursor node { text } } pageInfo { hasNextPage } } }
} }`;

const productKeys = (...ids: unknown[]) => ids.map((id) => ({ __typename: 'Product', id }));

async function write(text: string, productId: string): Promise<string> {
  const { createReview } = await reviews.data(create, { input: { productId, text } }, customer());
  return createReview.id;
}

test('createReview writes it, and everybody reads it by id', async () => {
  const [productId, accountId] = [newId(), newId()];
  const input = { productId, text: ' Pours well. ' };
  const { createReview } = await reviews.data(create, { input }, customer(accountId));
  expect(createReview).toEqual({
    id: expect.any(String),
    text: 'Pours well.',
    product: { id: productId },
    author: { id: accountId },
    createdAt: expect.any(String),
  });
  const byId = 'query ($id: ID!) { review(id: $id) { text } }';
  expect(await reviews.data(byId, { id: createReview.id })).toEqual({ review: { text: 'Pours well.' } });
  expect(await reviews.data(byId, { id: newId() })).toEqual({ review: null });
});

test.each([
  ['TEXT_INVALID', { text: ' ' }],
  ['TEXT_INVALID', { text: 'x'.repeat(2001) }],
  ['BAD_USER_INPUT', { productId: 'no id' }],
])('createReview refuses with %s: %j', async (code, wrong) => {
  const input = { productId: newId(), text: 'Pours well.', ...wrong };
  expect(await reviews.refusal(create, { input }, customer())).toBe(code);
});

test('createReview returns the same one for a repeat, refuses another text with REVIEW_EXISTS, and needs an account', async () => {
  const input = { productId: newId(), text: 'Pours well.' };
  const ada = customer();
  expect(await reviews.refusal(create, { input })).toBe('UNAUTHENTICATED');
  const first = await reviews.data(create, { input }, ada);
  expect(await reviews.data(create, { input }, ada)).toEqual(first);
  expect(await reviews.refusal(create, { input: { ...input, text: 'Drips.' } }, ada)).toBe('REVIEW_EXISTS');
  expect((await reviews.data(create, { input }, customer())).createReview.id).not.toBe(first.createReview.id);
});

test('pages through the reviews of a product, newest first', async () => {
  const product = newId();
  for (const text of ['first', 'second', 'third']) await write(text, product);
  const page = async (after: string | null) =>
    (await reviews.data(byProduct, { keys: productKeys(product), first: 2, after }))._entities[0].reviews;
  const texts = ({ edges }: { edges: { node: { text: string } }[] }) => edges.map(({ node }) => node.text);
  const newest = await page(null);
  expect([texts(newest), newest.pageInfo]).toEqual([['third', 'second'], { hasNextPage: true }]);
  const last = await page(newest.edges[1].cursor);
  expect([texts(last), last.pageInfo]).toEqual([['first'], { hasNextPage: false }]);
});

test('reads the reviews of many products in one statement, and an invalid key changes no other', async () => {
  const products = [newId(), newId(), newId()];
  for (const product of products) await write(`about ${product}`, product);
  const before = reviews.statements();
  const { data, errors } = await reviews.graphql(byProduct, {
    keys: productKeys(...products, 'no id'),
    first: 1,
  });
  expect(reviews.statements() - before).toBe(1);
  // biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
  const entities = data?._entities as any[];
  expect(entities.map((entity) => entity?.reviews.edges[0].node.text ?? null)).toEqual([
    ...products.map((product) => `about ${product}`),
    null,
  ]);
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
});
