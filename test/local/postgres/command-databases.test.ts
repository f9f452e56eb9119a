// Which data folder a command means, and what it tells people about a database.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { chooseDataFolder } from '../../../local/postgres/command-databases.ts';
import { describeDatabase } from '../../../platform/process/database-urls.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';

const choose = (running: readonly string[], source = {}) =>
  chooseDataFolder(readEnvironment(source), running);

test('takes what DATA_DIR says, whatever runs', () => {
  expect(choose(['/elsewhere', '/third'], { DATA_DIR: '/mine' })).toBe('/mine');
});

test('without DATA_DIR takes the graph that runs, and the default when none does', () => {
  expect(choose(['/elsewhere'])).toBe('/elsewhere');
  expect(choose([])).toBe(resolve('.data'));
  expect(choose([], { DATA_DIR: '' })).toBe(resolve('.data'));
});

test('takes the default when it is one of several that run, and asks when it is none of them', () => {
  expect(choose(['/elsewhere', resolve('.data')])).toBe(resolve('.data'));
  expect(() => choose(['/one', '/two'])).toThrow(/DATA_DIR=\/one\n {2}DATA_DIR=\/two/);
});

test('describes a database by host, port and name, and never by a password', () => {
  expect(describeDatabase('postgresql://role:secret@db.example:6432/shop')).toBe(
    'the database shop at db.example:6432',
  );
  expect(describeDatabase('postgresql://role:secret@db.example/shop')).toBe(
    'the database shop at db.example:5432',
  );
});
