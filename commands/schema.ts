// npm run schema [-- --check]: writes what clients need of the graph: api/schema.graphql (the schema as they see it),
// api/codes.json (the error codes as data) and docs/errors.md. With --check it only compares.
import { resolve } from 'node:path';
import { printApiSchema } from '../checks/api/api-schema.ts';
import { buildCodes } from '../checks/api/codes.ts';
import { formatErrorsPage } from '../checks/api/errors-page.ts';
import { buildApiSchema, findComposedDirectives } from '../checks/plan/graph-schemas.ts';
import { gatewayCodes } from '../gateway/errors.ts';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';
import { runFileCommand } from '../local/derived-files.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { platformCodes } from '../platform/values/refusal.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

const root = resolve(import.meta.dirname, '..');

await runFileCommand('npm run schema', async () =>
  Object.entries(await buildFiles()).map(([path, text]) => ({ path: resolve(root, path), text })),
);

async function buildFiles(): Promise<Record<string, string>> {
  const map = readSupergraphMap();
  const { supergraphSdl } = composeSupergraph(map);
  const schema = buildApiSchema(supergraphSdl);
  const subgraphs = await Promise.all(map.subgraphs.map(loadSubgraph));
  const general = [
    { name: 'gateway', refusals: gatewayCodes },
    { name: 'each subgraph', refusals: platformCodes },
  ];
  const directives = findComposedDirectives(supergraphSdl);
  const codes = buildCodes({ schema, directives, general, subgraphs });
  return {
    'api/schema.graphql': printApiSchema(schema),
    'api/codes.json': `${JSON.stringify(codes, null, 2)}\n`,
    'docs/errors.md': formatErrorsPage(codes),
  };
}
