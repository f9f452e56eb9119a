import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import { expect, test } from 'vitest';
import { wrapExecutor } from '../../gateway/wrap-executor.ts';

test('wraps the executor, and passes on everything else', async () => {
  const executor: GatewayExecutor = async () => ({ data: { a: 1 } });
  const calls: unknown[] = [];
  const inner: GatewayInterface = {
    load: async (options) => {
      calls.push(options);
      return { executor };
    },
    onSchemaLoadOrUpdate: (listener) => {
      calls.push(listener);
      return () => void calls.push('unsubscribed');
    },
    stop: async () => void calls.push('stopped'),
  };
  const wrapped = wrapExecutor(inner, (execute) => async (request) => ({
    ...(await execute(request)),
    extensions: { isWrapped: true },
  }));
  const options = { apollo: {} };
  const loaded = await wrapped.load(options);
  expect(await loaded.executor?.({} as never)).toEqual({ data: { a: 1 }, extensions: { isWrapped: true } });
  const listener = () => {};
  wrapped.onSchemaLoadOrUpdate(listener)();
  await wrapped.stop();
  expect(calls).toEqual([options, listener, 'unsubscribed', 'stopped']);
});

test('a gateway without an executor stays without one', async () => {
  const inner = { load: async () => ({ executor: null }) } as unknown as GatewayInterface;
  const wrapped = wrapExecutor(inner, () => {
    throw new Error('there is nothing to wrap');
  });
  expect(await wrapped.load({ apollo: {} })).toEqual({ executor: null });
});
