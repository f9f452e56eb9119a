// What changes when a subgraph comes or goes, as one change: the files that commands derive from supergraph.yaml are written anew,
// and everything is as it was when a step fails.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files and folders outside of the subgraph's own, which follow from supergraph.yaml. */
const derivedPaths = [
  'supergraph.yaml',
  'docker-compose.yml',
  '.env.example',
  'contracts',
  'api',
  'docs/errors.md',
];

/** Runs the work. When it throws, the derived paths and `ownPaths` are put back, and the error of the work is thrown. */
export async function changeTogether(
  root: string,
  ownPaths: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const kept = mkdtempSync(join(tmpdir(), 'tributary-'));
  const paths = [...derivedPaths, ...ownPaths];
  for (const path of paths.filter((one) => existsSync(join(root, one))))
    cpSync(join(root, path), join(kept, path), { recursive: true });
  const putBack = () => {
    for (const path of paths) {
      rmSync(join(root, path), { recursive: true, force: true });
      if (existsSync(join(kept, path))) cpSync(join(kept, path), join(root, path), { recursive: true });
    }
  };
  const onSignal = () => {
    putBack();
    process.exit(1);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    await work();
  } catch (cause) {
    putBack();
    throw cause;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    rmSync(kept, { recursive: true, force: true });
  }
}

/** Runs the commands that write the derived files. Throws an Error with what the first failing one said. */
export async function writeDerivedFiles(root: string): Promise<void> {
  // Each writes files of its own, so that they can run at once.
  const commands = ['generate', 'schema', 'contract-record', 'compose-docker'];
  const ended = await Promise.allSettled(commands.map((name) => runNode(root, [`commands/${name}.ts`])));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** Formats files as `npm run lint` wants them. */
export async function formatFiles(root: string, paths: readonly string[]): Promise<void> {
  const sources = paths.filter((path) => /\.(?:ts|json)$/.test(path));
  await runNode(root, [
    'node_modules/@biomejs/biome/bin/biome',
    'check',
    '--write',
    '--vcs-enabled=false',
    ...sources,
  ]);
}

async function runNode(root: string, args: readonly string[]): Promise<void> {
  try {
    await run(process.execPath, args, { cwd: root });
  } catch (cause) {
    const { stderr, stdout } = cause as { stderr?: string; stdout?: string };
    throw new Error(`${args[0]}: ${(stderr || stdout || String(cause)).trim()}`, { cause });
  }
}

/** Appends the entry of a subgraph to supergraph.yaml. */
export function addEntry(file: string, name: string, port: number): void {
  const text = readFileSync(file, 'utf8').trimEnd();
  writeFileSync(
    file,
    `${text}
  ${name}:
    routing_url: \${env.${name.toUpperCase()}_URL:-http://127.0.0.1:${port}/graphql}
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
