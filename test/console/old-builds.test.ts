import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeOldBuilds } from '../../console/old-builds.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('removes earlier builds with what is left of them, and nothing else that stands beside them', () => {
  const parent = temporaryFolder();
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  const [present, old] = ['0123456789abcdef', 'fedcba9876543210'];
  for (const name of [present, old, `${old}.unfinished`, 'node_modules', 'dist'])
    mkdirSync(join(parent, name));
  for (const name of [`${present}.pid`, `${old}.pid`, 'package.json'])
    writeFileSync(join(parent, name), 'content');
  removeOldBuilds(join(parent, present));
  expect(readdirSync(parent).toSorted()).toEqual(
    [present, `${present}.pid`, 'dist', 'node_modules', 'package.json'].toSorted(),
  );
});
