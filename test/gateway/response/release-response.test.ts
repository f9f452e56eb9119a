import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import type { GatewayContext } from '../../../gateway/context.ts';
import { releaseResponse } from '../../../gateway/response/release-response.ts';
import { collectGarbage } from '../../support/memory.ts';

test('the request context that Apollo’s engine got does not keep the response alive', async () => {
  const reached: unknown[] = [];
  let data: WeakRef<object> | undefined;
  const gateway: GatewayInterface = {
    load: async () => ({
      executor: async (context) => {
        reached.push(context);
        const answer = { name: 'Ada' };
        data = new WeakRef(answer);
        return { data: answer };
      },
    }),
    onSchemaLoadOrUpdate: (listener) => {
      listener({ apiSchema: buildSchema('type Query { name: String }'), coreSupergraphSdl: '' });
      return () => {};
    },
    stop: async () => {},
  };
  const server = new ApolloServer<GatewayContext>({
    gateway,
    stopOnTerminationSignals: false,
    // Apollo's own cache control would keep the response alive as well; the gateway switches it off.
    plugins: [releaseResponse, ApolloServerPluginCacheControlDisabled()],
  });
  await server.start();
  const headers = new HeaderMap([['content-type', 'application/json']]);
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: 'POST', headers, search: '', body: { query: '{ name }' } },
    context: async () => ({}) as GatewayContext,
  });
  expect(answer.body).toEqual({ kind: 'complete', string: '{"data":{"name":"Ada"}}\n' });
  await collectGarbage();
  expect(reached, 'the engine was called').toHaveLength(1);
  expect(data?.deref()).toBeUndefined();
  await server.stop();
});
