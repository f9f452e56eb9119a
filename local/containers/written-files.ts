// docker-compose.yml and .env.example as they must be for the subgraphs of the map.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SupergraphMap } from '../../platform/supergraph-map.ts';
import { buildComposeFile } from './compose-file.ts';
import { readContainers } from './container.ts';
import { buildExampleEnvironment } from './example-environment.ts';
import { replaceWrittenPart } from './written-part.ts';

export interface WrittenFile {
  /** The path from the folder of the map. */
  file: string;
  current: string;
  /** What it must be. */
  text: string;
}

const mark = 'npm run compose:docker';

/** `map` must have been read without variables, so that it has the addresses of one machine. */
export async function buildWrittenFiles(map: SupergraphMap): Promise<WrittenFile[]> {
  const containers = await readContainers(map);
  const parts = [
    ['docker-compose.yml', buildComposeFile(containers)],
    ['.env.example', buildExampleEnvironment(containers)],
  ] as const;
  return parts.map(([file, written]) => {
    const current = readFileSync(resolve(dirname(map.file), file), 'utf8');
    return { file, current, text: replaceWrittenPart(current, written, { file, mark }) };
  });
}
