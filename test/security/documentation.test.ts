// docs/security.md names every test that proves its promises, and no file that does not exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

const text = readFileSync(new URL('../../docs/security.md', import.meta.url), 'utf8');

test('names every file of attacks and of outages', () => {
  const listTestNames = (folder: string) =>
    readdirSync(new URL(`../${folder}/`, import.meta.url), { encoding: 'utf8', recursive: true })
      .filter((file) => file.endsWith('.test.ts') && file !== 'documentation.test.ts')
      .map((file) => basename(file, '.test.ts'));
  for (const name of [...listTestNames('security'), ...listTestNames('outage')])
    expect(text).toMatch(`${name}\``);
});

test('names only files that exist', () => {
  const named = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(5);
  for (const path of named) {
    const file = path.endsWith('/') || path.endsWith('.ts') ? path : `${path}.test.ts`;
    expect(existsSync(new URL(`../../${file}`, import.meta.url)), path).toBe(true);
  }
});
