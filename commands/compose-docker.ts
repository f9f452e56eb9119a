// npm run compose:docker [-- --check]: writes the containers of docker-compose.yml, and the variables of .env.example, for the
// subgraphs of supergraph.yaml; with --check it only compares.
import { dirname, resolve } from 'node:path';
import { buildWrittenFiles } from '../local/containers/written-files.ts';
import { runFileCommand } from '../local/derived-files.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';

await runFileCommand('npm run compose:docker', async () => {
  const map = readSupergraphMap(undefined, {});
  const files = await buildWrittenFiles(map);
  return files.map(({ file, text }) => ({ path: resolve(dirname(map.file), file), text }));
});
