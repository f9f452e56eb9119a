import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { isHotReloadEnabled, reloadOnChange, watchFiles } from '../../../platform/process/watch-files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

let folder = '';
let stops: (() => void)[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  rmSync(folder, { recursive: true, force: true });
});

function watching(...files: string[]): () => number {
  let changes = 0;
  stops.push(
    watchFiles(
      () => files,
      () => {
        changes += 1;
      },
    ),
  );
  return () => changes;
}

const soon = { timeout: 5_000, interval: 10 };

test('reports each time that a file is written, replaced, removed and created again', async () => {
  const file = join(folder, 'schema.graphql');
  writeFileSync(file, 'a');
  const changes = watching(file);
  appendFileSync(file, 'b');
  await expect.poll(changes, soon).toBe(1);
  writeFileSync(`${file}.new`, 'cd');
  renameSync(`${file}.new`, file);
  await expect.poll(changes, soon).toBe(2);
  rmSync(file);
  await expect.poll(changes, soon).toBe(3);
  writeFileSync(file, 'ab');
  await expect.poll(changes, soon).toBe(4);
});

test('reports a change in a folder that sends no event, and a change in a folder that is created later', async () => {
  const target = join(folder, 'elsewhere', 'schema.graphql');
  const link = join(folder, 'here', 'schema.graphql');
  const late = join(folder, 'late', 'schema.graphql');
  for (const name of ['elsewhere', 'here']) mkdirSync(join(folder, name));
  writeFileSync(target, 'a');
  symlinkSync(target, link);
  // Only "here" and "late" are watched; the link's target changes without an event there.
  const changes = watching(link, late);
  appendFileSync(target, 'b');
  await expect.poll(changes, soon).toBe(1);
  mkdirSync(join(folder, 'late'));
  writeFileSync(late, 'a');
  await expect.poll(changes, soon).toBe(2);
});

test('reports files that are written together, in parts, as one change', async () => {
  const files = ['a', 'b', 'c'].map((name) => join(folder, name));
  const changes = watching(...files);
  for (const file of files) {
    writeFileSync(file, 'one ');
    appendFileSync(file, 'two');
  }
  await expect.poll(changes, soon).toBe(1);
  const other = watching(join(folder, 'other'));
  writeFileSync(join(folder, 'other'), 'x');
  await expect.poll(other, soon).toBe(1);
  expect(changes(), 'a change beside it is none of its own').toBe(1);
});

test('keeps the previous version while the files are invalid, logs each problem on a line, and applies the next valid version', async () => {
  const lines: string[] = [];
  const to = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)).msg);
      done();
    },
  });
  let content = 'good';
  let served = '';
  const take = () => {
    if (content === served) return false;
    if (content === 'broken')
      throw Object.assign(new Error('all'), { problems: ['a:1: one', 'b:2:\n  two'] });
    served = content;
    return 'added A.b';
  };
  const file = join(folder, 'f');
  const log = openLog(readEnvironment({}), 'test', to);
  stops.push(reloadOnChange({ name: 'it', files: () => [file], reload: take, log }));
  expect([served, lines], 'what changed before it began to follow').toEqual([
    'good',
    ['it changed and is now in use: added A.b'],
  ]);
  const change = (text: string) => {
    content = text;
    lines.length = 0;
    appendFileSync(file, text);
  };
  change('broken');
  await expect
    .poll(() => lines, soon)
    .toEqual([
      'it changed; the previous version stays in use: a:1: one',
      'it changed; the previous version stays in use: b:2: two',
    ]);
  expect(served).toBe('good');
  change('good');
  await expect.poll(() => lines, soon).toEqual(['it is valid again and was not changed']);
  change('better');
  await expect.poll(() => lines, soon).toEqual(['it changed and is now in use: added A.b']);
  expect(served).toBe('better');
});

test('tells what changed where the log does not show it', () => {
  const told: string[] = [];
  const reloads = ['added A.b', false, 'removed A.b'] as const;
  const watch = (LOG_LEVEL: string) => {
    let index = 0;
    const log = openLog(
      readEnvironment({ LOG_LEVEL }),
      'test',
      new Writable({ write: (_c, _e, done) => done() }),
    );
    const reload = () => reloads[index++] ?? false;
    const onReload = (message: string) => told.push(`${LOG_LEVEL}: ${message}`);
    stops.push(reloadOnChange({ name: 'it', files: () => [], reload, log, onReload }));
  };
  watch('warn');
  watch('info');
  expect(told).toEqual(['warn: it changed and is now in use: added A.b']);
});

test('applies changes of files in development only, unless HOT_RELOAD says otherwise', () => {
  const follows = (source: Record<string, string>) => isHotReloadEnabled(readEnvironment(source));
  const states = ['development', 'test', 'production'].map((NODE_ENV) => follows({ NODE_ENV }));
  expect([follows({}), ...states]).toEqual([true, true, false, false]);
  expect(follows({ HOT_RELOAD: 'false' })).toBe(false);
  expect(follows({ NODE_ENV: 'production', HOT_RELOAD: 'true' })).toBe(true);
});
