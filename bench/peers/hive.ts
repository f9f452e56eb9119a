// Hive Gateway over any supergraph, with its own planner or, as its documentation says, with that of Hive Router (Rust). The
// runtime behind node:http is what its command line starts as well. One header of the client goes on to the subgraphs.
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import { listenOnAnyPort, readOptions, sendReady } from './peer.ts';

interface HiveOptions {
  supergraph: string;
  planner: 'javascript' | 'rust';
  passesOn: string;
  /** Answers requests that are alike and under way at the same time with one execution. Off unless it is asked for. */
  deduplicates?: boolean;
}

const { supergraph, planner, passesOn, deduplicates } = readOptions<HiveOptions>();

const gateway = createGatewayRuntime({
  supergraph,
  logging: 'error',
  ...(planner === 'rust' ? { unifiedGraphHandler } : {}),
  ...(deduplicates ? { inboundInflightRequestDeduplication: true } : {}),
  propagateHeaders: {
    fromClientToSubgraphs({ request }) {
      const value = request.headers.get(passesOn);
      return value === null ? undefined : { [passesOn]: value };
    },
  },
});
sendReady(await listenOnAnyPort(createServer(gateway)));
