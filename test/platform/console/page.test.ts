// The page before GraphiQL is built, where it cannot be built, and with the content of its server.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { ConsoleError, createBundleFinder, type FindBundle } from '../../../platform/console/bundle.ts';
import { type ConsoleContent, defaultContent } from '../../../platform/console/content.ts';
import { registerConsole } from '../../../platform/console/page.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open(findBundle: FindBundle, content?: ConsoleContent, url = '/graphql') {
  const server = Fastify();
  server.get('/graphql', registerConsole(server, content, findBundle));
  const response = await server.inject({ url, headers: { host: 'graph.example:4000' } });
  await server.close();
  return response;
}

test('tells that it is being built, and asks again by itself', async () => {
  const { body, statusCode } = await open(() => new Promise(() => {}));
  expect(statusCode).toBe(200);
  expect(body).toContain('GraphiQL is being built');
  expect(body).toContain('<meta http-equiv="refresh" content="1">');
});

test('without the packages of development it tells what to do, how to ask without it, and where Sandbox is', async () => {
  const { body } = await open(createBundleFinder(folder));
  expect(body).toContain('npm ci');
  expect(body).toContain('curl -s http://graph.example:4000/graphql');
  expect(body).toContain(
    'https://studio.apollographql.com/sandbox/explorer?endpoint=http%3A%2F%2Fgraph.example',
  );
  expect(body).not.toContain('refresh');
});

test('a failed build shows its reason as text, and the next request tries again', async () => {
  let calls = 0;
  const find: FindBundle = async () => {
    calls += 1;
    throw new ConsoleError('It could not be built: <b>no room</b>');
  };
  expect((await open(find)).body).toContain('&#60;b&#62;no room');
  await open(find);
  expect(calls).toBe(2);
});

test('puts its content into the page as data, which cannot end the element that holds it', async () => {
  mkdirSync(join(folder, 'built'), { recursive: true });
  const start = '<script type="application/json" id="content">';
  writeFileSync(join(folder, 'built/index.html'), `${start}{}</script><p>after</p>`);
  const content = { ...defaultContent, name: 'A </script><script>alert(1)</script> $& graph' };
  const { body } = await open(async () => join(folder, 'built'), content);
  const [, data = ''] = /id="content">(.*?)<\/script>/s.exec(body) ?? [];
  expect(JSON.parse(data)).toEqual(content);
  expect(body.endsWith('</script><p>after</p>')).toBe(true);
});

test('serves the files of the page for ever, and no others', async () => {
  mkdirSync(join(folder, 'built/assets'), { recursive: true });
  writeFileSync(join(folder, 'built/assets/index-1a2b.js'), 'run()');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  const get = (name: string) => open(async () => join(folder, 'built'), undefined, `/console/assets/${name}`);
  const { statusCode, headers, body } = await get('index-1a2b.js');
  expect({ statusCode, body }).toEqual({ statusCode: 200, body: 'run()' });
  expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
  for (const name of ['..%2F..%2Fsecret.js', '%2e%2e/secret.js', 'nothing.js', 'index.html', ''])
    expect((await get(name)).statusCode, name).toBe(404);
});

test('has an empty answer for the icon that a browser asks for on its first visit', async () => {
  const { statusCode, headers, body } = await open(() => new Promise(() => {}), undefined, '/favicon.ico');
  expect({ statusCode, body }).toEqual({ statusCode: 204, body: '' });
  expect(headers['cache-control']).toBe('public, max-age=86400');
});
