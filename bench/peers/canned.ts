// Four subgraphs in one plain node:http process. A request is executed once, and later requests with the same body get the same
// bytes. Its CPU is not measured: only the gateways in front of it are.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import {
  numbersOn,
  productOf,
  productsOnPage,
  reviewsOfProduct,
  reviewsOfUser,
  userOf,
  usersOnPage,
} from './canned/rows.ts';
import { listenOnAnyPort, sendReady } from './peer.ts';

interface ProductReference {
  sku: string;
  price: number;
  weight: number;
}

const resolvers: Readonly<Record<string, GraphQLResolverMap<unknown>>> = {
  users: {
    Query: {
      users: (_root: unknown, { page }: { page: number }) => numbersOn(page, usersOnPage).map(userOf),
    },
    User: { __resolveReference: ({ id }: { id: string }) => userOf(Number(id)) },
  },
  reviews: {
    User: { reviews: ({ id }: { id: string }) => reviewsOfUser(Number(id)) },
    Product: { reviews: ({ sku }: { sku: string }) => reviewsOfProduct(Number(sku)) },
  },
  products: {
    Query: {
      bestSellers: (_root: unknown, { page }: { page: number }) =>
        numbersOn(page, productsOnPage).map(productOf),
    },
    Product: { __resolveReference: ({ sku }: { sku: string }) => productOf(Number(sku)) },
  },
  inventory: {
    Product: {
      isInStock: ({ sku }: { sku: string }) => productOf(Number(sku)).isInStock,
      shipping: ({ price, weight }: ProductReference) => (price > 1000 ? 0 : Math.round(weight / 2)),
    },
  },
};

const schemas = new Map(
  Object.entries(resolvers).map(([name, own]) => {
    const typeDefs = parse(readFileSync(join(import.meta.dirname, 'canned', `${name}.graphql`), 'utf8'));
    return [name, buildSubgraphSchema([{ typeDefs, resolvers: own }])];
  }),
);
const canned = new Map<string, Promise<Buffer>>();

async function answer(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const name = request.url?.slice(1) ?? '';
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`no subgraph ${name}`);
  const key = `${name} ${body}`;
  const known = canned.get(key) ?? execute(schema, body);
  canned.set(key, known);
  return known;
}

async function execute(schema: GraphQLSchema, body: string): Promise<Buffer> {
  const { query, operationName, variables } = JSON.parse(body);
  const result = await graphql({ schema, source: query, operationName, variableValues: variables });
  return Buffer.from(JSON.stringify(result));
}

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  answer(request).then(
    (bytes) => {
      const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
      response.writeHead(200, headers).end(bytes);
    },
    (cause) => response.writeHead(500).end(String(cause)),
  );
});
sendReady((await listenOnAnyPort(server)).replace('/graphql', ''));
