// Wraps the executor of a gateway, the one part of Apollo's gateway interface that the stages in apollo/wrappers.ts change.
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
