// A subgraph of the usual stack: standalone Apollo Server over TypeORM, as tutorials start it. Each file beside this one is
// one subgraph. It batches with DataLoader, and it believes the account id in the header without a check.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph';
import DataLoader from 'dataloader';
import { parse } from 'graphql';
import { DataSource, type EntitySchema, In, type ObjectLiteral, type Repository } from 'typeorm';
import { readOptions, sendReady } from '../peer.ts';

export interface UsualContext {
  accountId: string;
  loaders: Record<string, DataLoader<string, unknown>>;
}

export interface UsualSubgraph {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: entities of different rows stand in one list
  entities: EntitySchema<any>[];
  // biome-ignore lint/suspicious/noExplicitAny: parents are rows, each typed where its resolver is written
  resolvers: (db: DataSource) => GraphQLResolverMap<any>;
  loaders: (db: DataSource) => UsualContext['loaders'];
}

export async function serveUsual({ name, entities, resolvers, loaders }: UsualSubgraph): Promise<void> {
  const { database } = readOptions<{ database: string }>();
  const db = new DataSource({
    type: 'postgres',
    url: database,
    schema: name,
    entities,
    installExtensions: false,
  });
  await db.initialize();
  const typeDefs = parse(readFileSync(join(import.meta.dirname, `${name}.graphql`), 'utf8'));
  const server = new ApolloServer<UsualContext>({
    schema: buildSubgraphSchema([{ typeDefs, resolvers: resolvers(db) }]),
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({
      accountId: String(req.headers['x-account-id'] ?? ''),
      loaders: loaders(db),
    }),
  });
  sendReady(`${url}graphql`);
}

/** Rows by id, in one statement for all that are asked for in a tick. */
export function createLoader<Row extends ObjectLiteral & { id: string }>(
  repository: Repository<Row>,
): DataLoader<string, Row | null> {
  return new DataLoader(async (ids: readonly string[]) => {
    // biome-ignore lint/suspicious/noExplicitAny: TypeORM cannot see that every Row has an id
    const rows = await repository.find({ where: { id: In([...ids]) } as any });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  });
}
