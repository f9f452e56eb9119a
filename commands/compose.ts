// npm run compose [-- <file>]: composes the supergraph and writes its SDL (by default to the root, as supergraph.graphql).
// The file is for reading, or for another router: the gateway composes the supergraph itself when it starts, with the fields node
// and nodes, which no other router could resolve.
import { writeFileSync } from 'node:fs';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';

await runCommand(async ([file = 'supergraph.graphql', ...more]) => {
  if (file.startsWith('-') || more.length > 0) throw new UsageError('usage: npm run compose [-- <file>]');
  const map = readSupergraphMap();
  const { supergraphSdl, hints } = composeSupergraph(map, { hasNodes: false });
  writeFileSync(file, supergraphSdl);
  print(`wrote ${file} from ${map.subgraphs.map(({ name }) => name).join(', ')}`);
  for (const hint of hints) print(`hint: ${hint}`);
});
