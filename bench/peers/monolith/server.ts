// What both monoliths share: the schema, Apollo Server as its guide starts it, and the account behind the session token.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { GraphQLResolveInfo } from 'graphql';
import { sendReady } from '../peer.ts';

export interface MonolithContext<Account> {
  me: Account | null;
}

type Resolver<Account> = (
  parent: Account,
  args: { first: number },
  context: MonolithContext<Account>,
  info: GraphQLResolveInfo,
) => unknown;

export async function serveMonolith<Account>(parts: {
  accountOf: (token: string) => Promise<Account | null>;
  purchases: Resolver<Account>;
}): Promise<void> {
  const server = new ApolloServer<MonolithContext<Account>>({
    typeDefs: readFileSync(join(import.meta.dirname, 'schema.graphql'), 'utf8'),
    resolvers: {
      Query: { me: (_root: unknown, _args: unknown, { me }: MonolithContext<Account>) => me },
      Account: { purchases: parts.purchases },
    },
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({
      me: await parts.accountOf((req.headers.authorization ?? '').replace('Bearer ', '')),
    }),
  });
  sendReady(`${url}graphql`);
}

/** True where the client selects this field of the purchases, or of their lines: a table is joined only when it is needed. */
export function isSelected(info: GraphQLResolveInfo, field: string): boolean {
  const text = info.fieldNodes.map(({ loc }) => loc?.source.body.slice(loc.start, loc.end) ?? '').join();
  return new RegExp(`\\b${field}\\b`).test(text);
}
