import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  getDatabaseKeys,
  hasDatabaseUrl,
  readDatabaseUrls,
} from '../../../platform/process/database-urls.ts';
import { readEnvironment, readSettings } from '../../../platform/process/environment.ts';
import { EnvironmentError } from '../../../platform/process/variables.ts';

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (cause) {
    if (cause instanceof EnvironmentError) return cause.problems;
    throw cause;
  }
  throw new Error('expected an EnvironmentError');
}

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
  const problems = problemsOf(() => readEnvironment(source));
  expect(problems.map((problem) => problem.split(':')[0]).toSorted()).toEqual(Object.keys(source).toSorted());
  for (const problem of problems) expect(problem).not.toMatch(/is missing$/);
});

test('says all problems in the message, one a line', () => {
  expect(() => readEnvironment({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(
    /^The environment is not usable:\n {2}- PORT: .+\n {2}- LOG_LEVEL: .+$/,
  );
});

test('takes an empty variable for one that is not set', () => {
  const empty = { NODE_ENV: '', HOST: '', PORT: '', CORS_ORIGINS: '', DEMO_DATA: '', IDENTITY_KEY: '' };
  const { source: _given, ...values } = readEnvironment(empty);
  const { source: _none, ...defaults } = readEnvironment({});
  expect(values).toEqual(defaults);
  expect(values.PORT).toBeUndefined();
});

test('reads numbers, flags and lists as what they are', () => {
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
    expect(problemsOf(() => readEnvironment({ CORS_ORIGINS: text }))).toEqual([
      'CORS_ORIGINS: must be origins like https://shop.example, separated by commas',
    ]);
  },
);

test('reads the settings that a subgraph declares itself from the same source', () => {
  const schema = z.object({
    ACCOUNTS_SESSION_DAYS: z.coerce.number().int().min(1),
    ACCOUNTS_NEEDED: z.string(),
  });
  const good = readEnvironment({ ACCOUNTS_SESSION_DAYS: '3', ACCOUNTS_NEEDED: 'x' });
  expect(readSettings(schema, good)).toEqual({ ACCOUNTS_SESSION_DAYS: 3, ACCOUNTS_NEEDED: 'x' });
  const problems = problemsOf(() => readSettings(schema, readEnvironment({ ACCOUNTS_SESSION_DAYS: '0' })));
  expect(problems).toEqual([
    expect.stringMatching(/^ACCOUNTS_SESSION_DAYS: /),
    'ACCOUNTS_NEEDED: is missing',
  ]);
});

describe('database URLs', () => {
  const url = (password: string) => `postgresql://accounts:${password}@db.example/accounts`;
  const strong = url('0123456789abcdef');

  test('are reported together over all subgraphs, missing or malformed', () => {
    const environment = readEnvironment({
      ACCOUNTS_DATABASE_URL: strong,
      PRODUCTS_DATABASE_URL: 'mysql://products@db.example/products',
      PRODUCTS_OWNER_DATABASE_URL: 'db.example',
    });
    expect(problemsOf(() => readDatabaseUrls(environment, ['accounts', 'products']))).toEqual([
      'ACCOUNTS_OWNER_DATABASE_URL: is missing',
      'PRODUCTS_DATABASE_URL: must be a URL like postgresql://role:password@host:5432/database',
      'PRODUCTS_OWNER_DATABASE_URL: must be a URL like postgresql://role:password@host:5432/database',
    ]);
  });

  test('are given by role, the admin only when there is one', () => {
    const source = { ACCOUNTS_DATABASE_URL: strong, ACCOUNTS_OWNER_DATABASE_URL: `${strong}_owner` };
    const urls = readDatabaseUrls(readEnvironment(source), ['accounts']);
    expect(urls.get('accounts')).toEqual({ runtime: strong, owner: `${strong}_owner`, admin: undefined });
  });

  test('name databases as soon as one of them is set, and not when they are empty', () => {
    for (const key of Object.values(getDatabaseKeys('products')))
      expect(hasDatabaseUrl(readEnvironment({ [key]: strong }), ['accounts', 'products']), key).toBe(true);
    expect(hasDatabaseUrl(readEnvironment({ PRODUCTS_DATABASE_URL: '' }), ['accounts', 'products'])).toBe(
      false,
    );
  });

  test.each(['', 'short', 'development-password-of-accounts', '0123456789abcde'])(
    'with the password %j are refused in production by the name of their variable, without the password',
    (password) => {
      const source = {
        NODE_ENV: 'production',
        ACCOUNTS_DATABASE_URL: url(password),
        ACCOUNTS_OWNER_DATABASE_URL: strong,
      };
      const problems = problemsOf(() => readDatabaseUrls(readEnvironment(source), ['accounts']));
      expect(problems).toEqual([expect.stringMatching(/^ACCOUNTS_DATABASE_URL: its password is weak: /)]);
      if (password.length > 5) expect(problems.join()).not.toContain(password);
    },
  );

  test('with the same weak passwords are taken in development', () => {
    const source = { ACCOUNTS_DATABASE_URL: url('short'), ACCOUNTS_OWNER_DATABASE_URL: url('short') };
    expect(readDatabaseUrls(readEnvironment(source), ['accounts']).size).toBe(1);
  });
});
