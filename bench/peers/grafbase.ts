// Grafbase's gateway (Rust), as its command line starts it from the schemas of the subgraphs; the Authorization header goes
// on to them. Its makers publish the gateway alone outside of npm; the command line in npm has the same one in it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, print, visit } from 'graphql';
import { findFreePort } from '../../local/postgres/cluster.ts';
import type { OpenResources } from '../../platform/process/shutdown.ts';
import { type Started, startProgram } from '../processes.ts';

const program = resolve(
  import.meta.dirname,
  '../node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase',
);

/** There is a program for Linux on x64 alone. */
export function hasGrafbase(): boolean {
  return existsSync(program);
}

export interface GrafbaseSubgraph {
  name: string;
  url: string;
  sdl: string;
}

export async function startGrafbase(
  subgraphs: readonly GrafbaseSubgraph[],
  folder: string,
  opened: OpenResources,
): Promise<Started> {
  const home = join(folder, 'grafbase');
  mkdirSync(home);
  for (const { name, sdl } of subgraphs)
    writeFileSync(join(home, `${name}.graphql`), removeInaccessible(sdl));
  const entries = subgraphs.map(
    ({ name, url }) => `[subgraphs.${name}]\nschema_path = "${join(home, name)}.graphql"\nurl = "${url}"\n`,
  );
  const config = join(home, 'grafbase.toml');
  writeFileSync(config, `${entries.join('\n')}\n[[headers]]\nrule = "forward"\nname = "authorization"\n`);
  const address = `127.0.0.1:${await findFreePort()}`;
  const pid = await startProgram(
    'Grafbase',
    [program, '--home', home, 'dev', '--config', config, '--listen-address', address],
    { cwd: home, variables: {}, readyUrl: `http://${address}/health` },
    opened,
  );
  return { pid, url: `http://${address}/graphql` };
}

/** Its composition takes no @inaccessible type that a field refers to, even where that field is inaccessible with its type. */
function removeInaccessible(sdl: string): string {
  const shown = visit(parse(sdl), {
    enter: (node) =>
      'directives' in node && node.directives?.some(({ name }) => name.value === 'inaccessible')
        ? null
        : undefined,
  });
  return print(shown);
}
