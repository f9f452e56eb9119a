// Stock @apollo/gateway in a standalone Apollo Server, over any supergraph: default data source, default HTTP client. One
// header of the client goes on to the subgraphs, as its guide shows.
import { readFileSync } from 'node:fs';
import {
  ApolloGateway,
  type GraphQLDataSourceProcessOptions,
  RemoteGraphQLDataSource,
} from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readOptions, sendReady } from './peer.ts';

export interface ApolloGatewayOptions {
  supergraph: string;
  /** In small letters. */
  passesOn: string;
}

const { supergraph, passesOn } = readOptions<ApolloGatewayOptions>();

interface Passed {
  value?: string | undefined;
}

class PassingOn extends RemoteGraphQLDataSource<Passed> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<Passed>): void {
    if (context.value !== undefined) request.http?.headers.set(passesOn, context.value);
  }
}

const server = new ApolloServer<Passed>({
  gateway: new ApolloGateway({
    supergraphSdl: readFileSync(supergraph, 'utf8'),
    buildService: ({ url }) => new PassingOn({ url: url ?? '' }),
  }),
});
const { url } = await startStandaloneServer(server, {
  listen: { port: 0, host: '127.0.0.1' },
  context: async ({ req }) => ({ value: req.headers[passesOn]?.toString() }),
});
sendReady(`${url}graphql`);
