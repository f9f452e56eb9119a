// A new subgraph needs one folder and one entry: the test writes both into a copy of the project, and changes nothing else.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findFreePort } from '../local/postgres/cluster.ts';
import { copyProject } from './support/commands.ts';
import { startProcess, waitUntilReady } from './support/processes.ts';
import { temporaryFolder } from './support/temporary.ts';

const copy = temporaryFolder();
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const entry = `  reviews:
    routing_url: \${env.REVIEWS_URL:-http://127.0.0.1:4005/graphql}
    schema:
      file: subgraphs/reviews/schema.graphql
`;

const files: Record<string, string> = {
  'schema.graphql': `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://tributary.dev/auth/v1.0", import: ["@auth"])
  @link(url: "https://tributary.dev/node/v1.0")
  @composeDirective(name: "@auth")

directive @auth(allow: [String!]!) on FIELD_DEFINITION

type Mutation {
  "Refusals: STARS_INVALID."
  review(productId: ID!, stars: Int!): Review @auth(allow: ["account"])
}

type Product @key(fields: "id") {
  id: ID!
  reviews: [Review!]!
}

type Account @key(fields: "id", resolvable: false) {
  id: ID!
}

interface Node {
  id: ID!
}

type Review implements Node @key(fields: "id") {
  id: ID!
  stars: Int!
  author: Account
}
`,
  'index.ts': `
import { defineSubgraph } from '../../platform/subgraph/definition.ts';
import { refusals } from './errors.ts';
import { CreateReview1790000000901 } from './migrations/1790000000901-create-review.ts';
import { resolvers } from './resolvers.ts';
import { reviewTable } from './review.ts';

export const subgraph = defineSubgraph({
  name: 'reviews',
  tables: [reviewTable],
  migrations: [CreateReview1790000000901],
  resolvers,
  refusals,
});
`,
  'errors.ts': `
import { defineRefusals } from '../../platform/values/refusal.ts';
export const refusals = { STARS_INVALID: 'One to five stars.' } as const;
export const refuse = defineRefusals(refusals);
`,
  'review.ts': `
import { EntitySchema } from 'typeorm';
import { array, type RowOf, smallint, uuid } from '../../platform/database/column.ts';
import { statement } from '../../platform/database/statement.ts';
import { batchReads, batchReadsById } from '../../platform/reads/batch.ts';
import type { AccountId, ProductId } from '../../platform/values/ids.ts';

export type ReviewRow = RowOf<typeof reviewRow>;

export const reviewRow = { id: uuid(), product_id: uuid<ProductId>(), account_id: uuid<AccountId>(), stars: smallint() };

export const reviewTable = new EntitySchema<ReviewRow>({
  name: 'review',
  columns: {
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'review_pkey' },
    product_id: { type: 'uuid' },
    account_id: { type: 'uuid' },
    stars: { type: 'smallint' },
  },
});

export const reviewsStatement = statement({
  text: 'SELECT * FROM reviews.review WHERE product_id = ANY($1)',
  params: [array(uuid<ProductId>())],
  row: reviewRow,
});

export const reviewsByIdStatement = statement({
  text: 'SELECT * FROM reviews.review WHERE id = ANY($1)',
  params: [array(uuid())],
  row: reviewRow,
});

export const reviewById = batchReadsById<ReviewRow>(({ db }, ids) => reviewsByIdStatement.run(db, [ids]));

export const reviewsOf = batchReads<ProductId, ReviewRow[]>(async ({ db }, ids) => {
  const rows = await reviewsStatement.run(db, [ids]);
  return ids.map((id) => rows.filter((row) => row.product_id === id));
});
`,
  'review-product.ts': `
import { smallint, uuid } from '../../platform/database/column.ts';
import { oneRowStatement } from '../../platform/database/statement.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
import { newId } from '../../platform/values/uuid.ts';
import type { AccountViewer } from '../../platform/identity/viewer.ts';
import { refuse } from './errors.ts';
import { type ReviewRow, reviewRow } from './review.ts';

export const insertReviewStatement = oneRowStatement({
  text: 'INSERT INTO reviews.review (id, product_id, account_id, stars) VALUES ($1, $2, $3, $4) RETURNING *',
  params: [uuid(), uuid(), uuid(), smallint()],
  row: reviewRow,
});

export async function review(ctx: RequestContext, viewer: AccountViewer, productId: string, stars: number): Promise<ReviewRow> {
  if (stars < 1 || stars > 5) throw refuse('STARS_INVALID');
  const [row] = await insertReviewStatement.run(ctx.db, [newId(), productId, viewer.accountId, stars]);
  return row;
}
`,
  'resolvers.ts': `
import { requireAccount } from '../../platform/identity/viewer.ts';
import { type ProductId, parseId } from '../../platform/values/ids.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { reviewById, reviewsOf } from './review.ts';
import { review } from './review-product.ts';

export const resolvers: Resolvers = {
  Mutation: { review: (_root, { productId, stars }, ctx) => review(ctx, requireAccount(ctx.viewer), productId, stars) },
  Product: {
    __resolveReference: ({ id: text }) => {
      const id = parseId<ProductId>(text);
      return id === null ? null : { id };
    },
    reviews: ({ id }, _args, ctx) => reviewsOf(ctx, id),
  },
  Review: {
    __resolveReference: ({ id }, ctx) => reviewById(ctx, id),
    author: (row) => ({ id: row.account_id }),
  },
};
`,
  'migrations/1790000000901-create-review.ts': `
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateReview1790000000901 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`CREATE TABLE reviews.review (id uuid CONSTRAINT review_pkey PRIMARY KEY,
      product_id uuid NOT NULL, account_id uuid NOT NULL, stars smallint NOT NULL)\`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE reviews.review');
  }
}
`,
};

function writeFifthSubgraph(): void {
  copyProject(copy);
  mkdirSync(join(copy, 'subgraphs', 'reviews', 'migrations'), { recursive: true });
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(copy, 'subgraphs', 'reviews', name), text);
  writeFileSync(join(copy, 'supergraph.yaml'), entry, { flag: 'a' });
}

test('runs a fifth subgraph from one folder and one entry, and resolves an entity across it', async () => {
  writeFifthSubgraph();
  const node = (args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
    return stdout;
  };
  expect(node(['commands/generate.ts'])).toBe('wrote subgraphs/reviews/resolvers.generated.ts\n');
  expect(node(['commands/sql-check.ts'])).toContain('reviews: 5 statements checked, 0 findings\n');
  node(['node_modules/typescript/bin/tsc', '--noEmit']);

  const port = await findFreePort();
  const variables = { DATA_DIR: join(copy, 'data'), PORT: String(port) };
  const running = startProcess([join(copy, 'commands/start.ts')], variables, copy);
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/health/ready`, running);
    await expect.poll(running.output, { timeout: 20_000 }).toContain('One query, four databases');
    const token = /Bearer (\S+)'/.exec(running.output())?.[1];
    const graphql = async (query: string, variables = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      // biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
      return (await response.json()) as { data: any; errors?: { extensions: { code: string } }[] };
    };
    const first = await graphql('{ products(first: 1) { edges { node { id name } } } }');
    const { id, name } = first.data.products.edges[0].node;
    const review =
      'mutation ($id: ID!, $stars: Int!) { review(productId: $id, stars: $stars) { id stars author { name } } }';
    const made = await graphql(review, { id, stars: 5 });
    expect(made).toEqual({
      data: { review: { id: expect.any(String), stars: 5, author: { name: 'Ada Lovelace' } } },
    });
    const refetch =
      'query ($id: ID!) { node(id: $id) { __typename ... on Review { stars author { name } } } }';
    expect(await graphql(refetch, { id: made.data.review.id })).toEqual({
      data: { node: { __typename: 'Review', stars: 5, author: { name: 'Ada Lovelace' } } },
    });
    expect((await graphql(review, { id, stars: 6 })).errors?.[0]?.extensions.code).toBe('STARS_INVALID');
    expect(
      await graphql('query ($id: ID!) { product(id: $id) { name reviews { stars author { name } } } }', {
        id,
      }),
    ).toEqual({
      data: { product: { name, reviews: [{ stars: 5, author: { name: 'Ada Lovelace' } }] } },
    });

    const schema = join(copy, 'subgraphs/reviews/schema.graphql');
    const sdl = readFileSync(schema, 'utf8');
    writeFileSync(schema, sdl.replace('  stars: Int!\n', '  rating: Int!\n'));
    const line = sdl.split('\n').indexOf('  stars: Int!') + 1;
    await expect
      .poll(running.output, { timeout: 10_000 })
      .toContain(
        `the previous version stays in use: subgraphs/reviews/schema.graphql:${line}: Review.rating has no resolver, and no row of Review has a column \\"rating\\".`,
      );
    writeFileSync(schema, sdl.replace('  author: Account\n', ''));
    await expect
      .poll(running.output, { timeout: 10_000 })
      .toContain('the graph changed and is now in use: reviews: removed Review.author');
  } finally {
    expect(await running.stop()).toBe(0);
  }
}, 150_000);
