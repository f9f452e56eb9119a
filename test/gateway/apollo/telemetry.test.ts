// The gateway tells nobody that it runs. A recorder in its process sees every connection that it opens.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { required } from '../../support/required.ts';
import { composeForeign, type ForeignSubgraph, openForeign, startStandalone } from '../foreign-subgraphs.ts';

const recorder = pathToFileURL(join(import.meta.dirname, 'record-connections.ts'));
const recording = { NODE_ENV: 'production', ALLOWED_HOSTS: '*', NODE_OPTIONS: `--import ${recorder}` };

let subgraph: ForeignSubgraph | undefined;
beforeAll(async () => {
  subgraph = await openForeign({
    name: 'echo',
    sdl: 'type Query { a: Int }',
    resolvers: { Query: { a: () => 1 } },
  });
});
afterAll(() => subgraph?.close());

async function start(variables: Record<string, string> = {}) {
  const sdl = composeForeign([required(subgraph, 'opened in beforeAll')], 'Apollo');
  const gateway = await startStandalone(sdl, { ...recording, ...variables });
  const listHosts = () => Array.from(gateway.output().matchAll(/^connects to (.*)$/gm), ([, host]) => host);
  return { gateway, listHosts };
}

test('a gateway opens connections to its subgraphs only, from its start to its end', async () => {
  const { gateway, listHosts } = await start();
  expect(await (await gateway.ask('{ a }')).json()).toEqual({ data: { a: 1 } });
  expect(await gateway.end()).toBe(0);
  expect(new Set(listHosts())).toEqual(new Set(['127.0.0.1']));
});

test('APOLLO_TELEMETRY_DISABLED=false lets the package of Apollo ask for its cloud', async () => {
  const { gateway, listHosts } = await start({ APOLLO_TELEMETRY_DISABLED: 'false' });
  await expect.poll(listHosts).toContain('169.254.169.254');
  await gateway.end();
});
