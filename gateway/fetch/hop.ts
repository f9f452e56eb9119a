// How the gateway's plans reach a subgraph: Apollo's data source interface over our one port, in memory or over HTTP.
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import type { Call, Execute } from '../../platform/execute.ts';
import type { Log } from '../../platform/log.ts';

/** What travels with a client's request through the gateway. */
export type GatewayContext = Call;

type Processed = Awaited<ReturnType<GraphQLDataSource['process']>>;

export class HopDataSource implements GraphQLDataSource {
  readonly #name: string;
  readonly #execute: Execute;
  readonly #log: Log;

  constructor(name: string, execute: Execute, log: Log) {
    this.#name = name;
    this.#execute = execute;
    this.#log = log;
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<Processed> {
    const { query = '', operationName, variables } = request;
    const { viewer, signal, traceId, deadline, headers, address } = context as GatewayContext;
    try {
      const call = { viewer, signal, traceId, deadline, headers, address };
      const answer = await this.#execute({ query, operationName, variables }, call);
      // Apollo would take this for nulls that the subgraph meant.
      if (!answer.data && !answer.errors?.length) throw new Error(`${this.#name} answered nothing`);
      return answer as Processed;
    } catch (cause) {
      this.#log.error({ err: cause, subgraph: this.#name, traceId }, 'a subgraph did not answer');
      throw new GraphQLError('A part of the graph is not available right now.', {
        extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
      });
    }
  }
}
