// npm run generate [-- --check]: writes resolvers.generated.ts beside each schema.graphql, and beside that of the template for new
// subgraphs; with --check it only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { generateResolverTypes } from '../local/generate/resolver-types.ts';
import { templateFolder } from '../local/new/template.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSchema, readSupergraphMap } from '../platform/supergraph-map.ts';

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new UsageError('usage: npm run generate [-- --check]');
  const isCheck = args.includes('--check');
  const map = readSupergraphMap();
  const template = resolve(templateFolder, 'schema.graphql');
  const subgraphs = [
    ...map.subgraphs.map((entry) => ({ folder: entry.folder, sdl: readSchema(map, entry) })),
    { folder: dirname(template), sdl: readFileSync(template, 'utf8') },
  ];
  const stale: string[] = [];
  for (const { folder, sdl } of subgraphs) {
    const file = resolve(folder, 'resolvers.generated.ts');
    const fresh = await generateResolverTypes({ folder }, sdl);
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (fresh === current) continue;
    if (isCheck) stale.push(relative(process.cwd(), file));
    else writeFileSync(file, fresh);
    if (!isCheck) print(`wrote ${relative(process.cwd(), file)}`);
  }
  if (stale.length > 0) throw new Error(`out of date: ${stale.join(', ')}; run: npm run generate`);
});
