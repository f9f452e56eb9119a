// npm run env -- <folder> --database <host:port>: writes what each process reads in production, one file a process, with fresh keys and
// passwords. npm run env -- --compose <file>: writes the secrets that docker-compose.yml takes from .env. It replaces no file.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readContainers, type SubgraphContainer } from '../local/containers/container.ts';
import { buildComposeSecrets, buildProductionFiles } from '../local/containers/production-environment.ts';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';

const usage = 'usage: npm run env -- <folder> --database <host:port>, or npm run env -- --compose <file>';

await runCommand(async (args) => {
  const build = readArguments(args);
  // Without variables, so that the files have the addresses of one machine.
  const files = build(await readContainers(readSupergraphMap(undefined, {})));
  const present = files.filter(({ path }) => existsSync(path)).map(({ path }) => path);
  if (present.length > 0)
    throw new Error(
      `${present.join(', ')}: exists, and may have the only copy of a password; nothing was written`,
    );
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    // The files are secret. `wx` refuses a file that another run has written meanwhile.
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    print(`wrote ${path}`);
  }
});

type BuildFiles = (containers: readonly SubgraphContainer[]) => { path: string; text: string }[];

function readArguments([first = '', second = '', third = '', ...more]: readonly string[]): BuildFiles {
  const isPath = (text: string) => text !== '' && !text.startsWith('-');
  if (first === '--compose' && isPath(second) && third === '')
    return (containers) => [{ path: second, text: buildComposeSecrets(containers) }];
  if (!isPath(first) || second !== '--database' || !isHost(third) || more.length > 0)
    throw new UsageError(usage);
  return (containers) =>
    buildProductionFiles(containers, third).map(({ name, text }) => ({ path: join(first, name), text }));
}

function isHost(text: string): boolean {
  return (
    /^([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?$/.test(text) && URL.canParse(`postgresql://role@${text}/name`)
  );
}
