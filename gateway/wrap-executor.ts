// Puts a wrapper around the executor of a gateway: the one part of Apollo's gateway interface that a stage of ours changes.
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';

export function wrapExecutor(
  inner: GatewayInterface,
  wrap: (executor: GatewayExecutor) => GatewayExecutor,
): GatewayInterface {
  return {
    load: async (options) => {
      const { executor } = await inner.load(options);
      return { executor: executor && wrap(executor) };
    },
    onSchemaLoadOrUpdate: (listener) => inner.onSchemaLoadOrUpdate(listener),
    stop: () => inner.stop(),
  };
}
