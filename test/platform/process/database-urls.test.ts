import { describe, expect, test } from 'vitest';
import {
  getDatabaseKeys,
  hasDatabaseUrl,
  readDatabaseUrls,
} from '../../../platform/process/database-urls.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { getProblems } from '../environment-problems.ts';

describe('database URLs', () => {
  const url = (password: string) => `postgresql://accounts:${password}@db.example/accounts`;
  const strong = url('0123456789abcdef');

  test('are reported together for all subgraphs when they are missing or malformed', () => {
    const environment = readEnvironment({
      ACCOUNTS_DATABASE_URL: strong,
      PRODUCTS_DATABASE_URL: 'mysql://products@db.example/products',
      PRODUCTS_OWNER_DATABASE_URL: 'db.example',
    });
    expect(getProblems(() => readDatabaseUrls(environment, ['accounts', 'products']))).toEqual([
      'ACCOUNTS_OWNER_DATABASE_URL: is missing',
      'PRODUCTS_DATABASE_URL: must be a URL like postgresql://role:password@host:5432/database',
      'PRODUCTS_OWNER_DATABASE_URL: must be a URL like postgresql://role:password@host:5432/database',
    ]);
  });

  test('are returned by role, with the admin URL only when it is set', () => {
    const source = { ACCOUNTS_DATABASE_URL: strong, ACCOUNTS_OWNER_DATABASE_URL: `${strong}_owner` };
    const urls = readDatabaseUrls(readEnvironment(source), ['accounts']);
    expect(urls.get('accounts')).toEqual({ runtime: strong, owner: `${strong}_owner`, admin: undefined });
  });

  test('count as given as soon as one of them is set, but not when all are empty', () => {
    for (const key of Object.values(getDatabaseKeys('products')))
      expect(hasDatabaseUrl(readEnvironment({ [key]: strong }), ['accounts', 'products']), key).toBe(true);
    expect(hasDatabaseUrl(readEnvironment({ PRODUCTS_DATABASE_URL: '' }), ['accounts', 'products'])).toBe(
      false,
    );
  });

  test('without a password are refused in production as without one', () => {
    for (const missing of [url(''), strong.replace(/:[^:@]*@/, '@')]) {
      const source = {
        NODE_ENV: 'production',
        ACCOUNTS_DATABASE_URL: missing,
        ACCOUNTS_OWNER_DATABASE_URL: strong,
      };
      expect(getProblems(() => readDatabaseUrls(readEnvironment(source), ['accounts']))).toEqual([
        'ACCOUNTS_DATABASE_URL: its password is missing',
      ]);
    }
  });

  test.each(['se/cret', 'se?cret', 'se#cret', '12/cret', '12#cret', 's@1/cret', 's@e?cret', 's@e#cret'])(
    'with the password %j are refused with the rule for special characters, and without the password',
    (password) => {
      const source = {
        NODE_ENV: 'production',
        ACCOUNTS_DATABASE_URL: url(password),
        ACCOUNTS_OWNER_DATABASE_URL: strong,
      };
      const [problem = '', ...more] = getProblems(() =>
        readDatabaseUrls(readEnvironment(source), ['accounts']),
      );
      expect(more).toEqual([]);
      expect(problem).toMatch(/^ACCOUNTS_DATABASE_URL: (must be a URL like|has an "@" behind its host)/);
      expect(problem).toMatch(/percent-encode the special characters of role, password and database/);
      expect(problem).not.toContain('cret');
    },
  );

  test.each(['short', 'development-password-of-accounts', '0123456789abcde'])(
    'with the password %j are refused in production; the problem names the variable and does not contain the password',
    (password) => {
      const source = {
        NODE_ENV: 'production',
        ACCOUNTS_DATABASE_URL: url(password),
        ACCOUNTS_OWNER_DATABASE_URL: strong,
      };
      const problems = getProblems(() => readDatabaseUrls(readEnvironment(source), ['accounts']));
      expect(problems).toEqual([expect.stringMatching(/^ACCOUNTS_DATABASE_URL: its password is weak: /)]);
      if (password.length > 5) expect(problems.join()).not.toContain(password);
    },
  );

  test.each(['hundred%', '50%off-and-more-letters', '%ff-no-character-of-utf-8'])(
    'with the password %j, whose "%" encodes nothing, are refused by the name of their variable in development too',
    (password) => {
      for (const NODE_ENV of ['development', 'production']) {
        const source = {
          NODE_ENV,
          ACCOUNTS_DATABASE_URL: url(password),
          ACCOUNTS_OWNER_DATABASE_URL: strong,
        };
        expect(getProblems(() => readDatabaseUrls(readEnvironment(source), ['accounts']))).toEqual([
          'ACCOUNTS_DATABASE_URL: has a "%" that begins no percent-encoding: percent-encode role, password and database, "%" as %25',
        ]);
      }
    },
  );

  test('may have a "%" in the password that is percent-encoded', () => {
    const encoded = url(encodeURIComponent('fifty % of 16 characters'));
    const source = {
      NODE_ENV: 'production',
      ACCOUNTS_DATABASE_URL: encoded,
      ACCOUNTS_OWNER_DATABASE_URL: strong,
    };
    expect(readDatabaseUrls(readEnvironment(source), ['accounts']).get('accounts')?.runtime).toBe(encoded);
  });

  test('may have a weak password in development', () => {
    const source = { ACCOUNTS_DATABASE_URL: url('short'), ACCOUNTS_OWNER_DATABASE_URL: url('short') };
    expect(readDatabaseUrls(readEnvironment(source), ['accounts']).size).toBe(1);
  });
});
