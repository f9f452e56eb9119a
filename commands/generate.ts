// npm run generate [-- --check]: writes resolvers.generated.ts beside each schema.graphql; with --check it only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { generateResolverTypes } from '../local/generate/resolver-types.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSchema, readSupergraphMap } from '../platform/supergraph-map.ts';

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new UsageError('usage: npm run generate [-- --check]');
  const isCheck = args.includes('--check');
  const map = readSupergraphMap();
  const stale: string[] = [];
  for (const entry of map.subgraphs) {
    const file = resolve(entry.folder, 'resolvers.generated.ts');
    const fresh = await generateResolverTypes(entry, readSchema(map, entry));
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (fresh === current) continue;
    if (isCheck) stale.push(relative(process.cwd(), file));
    else writeFileSync(file, fresh);
    if (!isCheck) print(`wrote ${relative(process.cwd(), file)}`);
  }
  if (stale.length > 0) throw new Error(`out of date: ${stale.join(', ')}; run: npm run generate`);
});
