// What changes when a subgraph comes or goes, as one change: everything is as it was when a step fails or is interrupted.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getUrlKey } from '../../platform/supergraph-map.ts';
import { PutBackError } from './interruption.ts';

/** Files and folders outside of the subgraph's own, which follow from supergraph.yaml. */
const derivedPaths = [
  'supergraph.yaml',
  'docker-compose.yml',
  '.env.example',
  'contracts',
  'api',
  'docs/errors.md',
];

/**
 * Runs the work, which has ended all that it started when it throws. Then the derived paths and `ownPaths` are put back, and the error
 * of the work is thrown. Throws PutBackError when they could not be put back.
 */
export async function changeTogether(
  root: string,
  ownPaths: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const kept = mkdtempSync(join(tmpdir(), 'tributary-'));
  const paths = [...derivedPaths, ...ownPaths];
  for (const path of paths.filter((one) => existsSync(join(root, one))))
    cpSync(join(root, path), join(kept, path), { recursive: true });
  try {
    await work();
  } catch (cause) {
    putBack(root, paths, kept);
    rmSync(kept, { recursive: true, force: true });
    throw cause;
  }
  rmSync(kept, { recursive: true, force: true });
}

function putBack(root: string, paths: readonly string[], kept: string): void {
  try {
    for (const path of paths) {
      rmSync(join(root, path), { recursive: true, force: true });
      if (existsSync(join(kept, path))) cpSync(join(kept, path), join(root, path), { recursive: true });
    }
  } catch (cause) {
    throw new PutBackError(`the files could not be put back; as they were before, they are in ${kept}`, {
      cause,
    });
  }
}

/** Appends the entry of a subgraph to supergraph.yaml. */
export function addEntry(file: string, name: string, port: number): void {
  const text = readFileSync(file, 'utf8').trimEnd();
  writeFileSync(
    file,
    `${text}
  ${name}:
    routing_url: \${env.${getUrlKey(name)}:-http://127.0.0.1:${port}/graphql}
    schema:
      file: subgraphs/${name}/schema.graphql
`,
  );
}

/** Removes the lines of an entry: from its own to that of the next one. */
export function removeEntry(file: string, line: number, nextLine: number | undefined): void {
  const lines = readFileSync(file, 'utf8').split('\n');
  const end = nextLine ?? lines.length;
  writeFileSync(file, [...lines.slice(0, line - 1), ...lines.slice(end - 1)].join('\n'));
}
