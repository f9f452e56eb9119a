import { expect, test } from 'vitest';
import { z } from 'zod';
import { readEnvironment, readSettings } from '../../../platform/process/environment.ts';
import { getProblems } from '../environment-problems.ts';

test('reports all problems together, each with the name of its variable', () => {
  const source = {
    NODE_ENV: 'prod',
    PORT: '99999',
    LOG_LEVEL: 'loud',
    CORS_ORIGINS: 'https://shop.example/path',
    DEMO_DATA: 'yes',
    DATABASE_POOL_SIZE: '0',
    REQUEST_TIMEOUT_MS: 'soon',
  };
  const problems = getProblems(() => readEnvironment(source));
  expect(problems.map((problem) => problem.split(':')[0]).toSorted()).toEqual(Object.keys(source).toSorted());
  for (const problem of problems) expect(problem).not.toMatch(/is missing$/);
});

test('lists all problems in the message, one on each line', () => {
  expect(() => readEnvironment({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(
    /^The environment is not usable:\n {2}- PORT: .+\n {2}- LOG_LEVEL: .+$/,
  );
});

test('treats an empty variable like one that is not set', () => {
  const empty = { NODE_ENV: '', HOST: '', PORT: '', CORS_ORIGINS: '', DEMO_DATA: '', IDENTITY_KEY: '' };
  const { source: _given, ...values } = readEnvironment(empty);
  const { source: _none, ...defaults } = readEnvironment({});
  expect(values).toEqual(defaults);
  expect(values.PORT).toBeUndefined();
});

test('reads numbers, booleans and lists as values of their type', () => {
  const source = {
    PORT: '0',
    DEMO_DATA: 'false',
    CORS_ORIGINS: ' https://a.example ,, http://b.example:8080,',
  };
  expect(readEnvironment(source)).toMatchObject({
    PORT: 0,
    DEMO_DATA: false,
    CORS_ORIGINS: ['https://a.example', 'http://b.example:8080'],
  });
});

test.each(['*', 'null', 'shop.example', 'https://shop.example/', 'https://a.example;https://b.example'])(
  'refuses %j as a list of origins',
  (text) => {
    expect(getProblems(() => readEnvironment({ CORS_ORIGINS: text }))).toEqual([
      'CORS_ORIGINS: must be origins like https://shop.example, separated by commas',
    ]);
  },
);

test('a variable with a fixed choice names what it may be', () => {
  const source = { MIGRATE_ON_START: 'yes', NODE_ENV: 'staging' };
  expect(getProblems(() => readEnvironment(source))).toEqual([
    'NODE_ENV: must be development, test or production',
    'MIGRATE_ON_START: must be true or false',
  ]);
});

test('reads the settings that a subgraph declares from the same source', () => {
  const schema = z.object({
    ACCOUNTS_SESSION_DAYS: z.coerce.number().int().min(1),
    ACCOUNTS_NEEDED: z.string(),
  });
  const good = readEnvironment({ ACCOUNTS_SESSION_DAYS: '3', ACCOUNTS_NEEDED: 'x' });
  expect(readSettings(schema, good)).toEqual({ ACCOUNTS_SESSION_DAYS: 3, ACCOUNTS_NEEDED: 'x' });
  const problems = getProblems(() => readSettings(schema, readEnvironment({ ACCOUNTS_SESSION_DAYS: '0' })));
  expect(problems).toEqual([
    expect.stringMatching(/^ACCOUNTS_SESSION_DAYS: /),
    'ACCOUNTS_NEEDED: is missing',
  ]);
});
