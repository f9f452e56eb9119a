// npm run gateway: starts the gateway as a process of its own, over subgraphs that answer HTTP. By default these are the
// subgraphs of supergraph.yaml, which get signed identities. With SUPERGRAPH=<file> they are the subgraphs of any supergraph:
// the gateway sends them plain GraphQL, and every caller is anonymous.
import { runUntilEnd } from '../platform/process/lifecycle.ts';

// The code is loaded when the process already listens to signals: loading takes a second on a slow machine.
await runUntilEnd(async (life) => {
  const { startGateway } = await import('../gateway/start.ts');
  return startGateway(process.argv.slice(2), life);
}, 'gateway');
