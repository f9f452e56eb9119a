// npm run subgraph -- <name>: starts one subgraph as a process of its own. It migrates its database, opens it, and answers
// GraphQL over HTTP to every caller that brings a signed identity. Each subgraph's container of docker-compose.yml runs it.
import { runUntilEnd } from '../platform/process/lifecycle.ts';

// The code is loaded when the process already listens to signals: loading takes a second on a slow machine.
await runUntilEnd(async (life) => {
  const { startSubgraph } = await import('../subgraphs/start.ts');
  return startSubgraph(process.argv.slice(2), life);
}, process.argv[2] ?? 'subgraph');
