// npm run generate [-- --check]: writes resolvers.generated.ts beside each schema.graphql, and beside that of the template for new
// subgraphs; with --check it only compares.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type DerivedFile, runFileCommand } from '../local/derived-files.ts';
import { generateResolverTypes } from '../local/generate/resolver-types.ts';
import { templateFolder } from '../local/new/template.ts';
import { readSchema, readSupergraphMap } from '../platform/supergraph-map.ts';

await runFileCommand('npm run generate', async () => {
  const map = readSupergraphMap();
  const template = readFileSync(resolve(templateFolder, 'schema.graphql'), 'utf8');
  const subgraphs = [
    ...map.subgraphs.map((entry) => ({ folder: entry.folder, sdl: readSchema(map, entry) })),
    { folder: templateFolder, sdl: template },
  ];
  const files: DerivedFile[] = [];
  for (const { folder, sdl } of subgraphs)
    files.push({
      path: resolve(folder, 'resolvers.generated.ts'),
      text: await generateResolverTypes({ folder }, sdl),
    });
  return files;
});
