// npm run schema [-- --check]: writes what clients need of the graph: api/schema.graphql (the schema as they see it),
// api/codes.json (the error codes as data) and docs/errors.md. With --check it only compares.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { printApiSchema } from '../checks/api/api-schema.ts';
import { buildCodes } from '../checks/api/codes.ts';
import { formatErrorsPage } from '../checks/api/errors-page.ts';
import { buildApiSchema, findComposedDirectives } from '../checks/plan/graph-schemas.ts';
import { gatewayCodes } from '../gateway/errors.ts';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { platformCodes } from '../platform/values/refusal.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

const root = resolve(import.meta.dirname, '..');

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new UsageError('usage: npm run schema [-- --check]');
  const files = Object.entries(await buildFiles()).filter(([path, text]) => readFile(path) !== text);
  if (args.includes('--check') && files.length > 0)
    throw new Error(`out of date: ${files.map(([path]) => path).join(', ')}; run: npm run schema`);
  for (const [path, text] of files) {
    mkdirSync(dirname(resolve(root, path)), { recursive: true });
    writeFileSync(resolve(root, path), text);
    print(`wrote ${path}`);
  }
});

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

function readFile(path: string): string {
  const file = resolve(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
