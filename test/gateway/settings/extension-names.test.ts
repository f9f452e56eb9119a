import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { extensionNames, ownExtensions } from '../../../gateway/settings/extension-names.ts';

test('reads names once each, also for one code only', () => {
  expect(extensionNames.parse(' left, OUT_OF_STOCK.productId,,left ')).toEqual([
    'left',
    'OUT_OF_STOCK.productId',
  ]);
  expect(extensionNames.parse('')).toEqual([]);
});

test.each(['a b', 'a.b.c', '.left', '__proto__', 'x'.repeat(101)])('refuses %.20j as a name', (text) => {
  expect(extensionNames.safeParse(text).error?.issues[0]?.message).toMatch(/is not the name of an extension/);
});

test.each(['code', 'OUT_OF_STOCK.stacktrace', 'http', 'exception', 'serviceName', 'traceId', 'retryAfter'])(
  'refuses %s, which no subgraph may set',
  (text) => {
    expect(extensionNames.safeParse(text).error?.issues[0]?.message).toMatch(/remove it$/);
  },
);

test('the default names every detail that a refusal of this project has, and no other', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const files = ['subgraphs', 'platform'].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
      .map((file) => readFileSync(resolve(root, folder, file), 'utf8')),
  );
  // A refusal has one detail of its own: refuse('CODE', { name }), or new Refusal(code, message, { name: value }).
  const details = files.flatMap((text) => [
    ...text.matchAll(/(?:\brefuse\('\w+',|\bnew Refusal\([^;]*?,)\s*\{\s*(?:\.\.\.\w+,\s*)?(\w+)\s*[,:}]/g),
  ]);
  // The gateway always passes the time to wait on: it is also in a header.
  const expected = [...ownExtensions, 'retryAfter'].sort();
  expect([...new Set(details.map(([, name]) => name))].sort()).toEqual(expected);
});
