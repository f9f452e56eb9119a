import { describe, expect, test } from 'vitest';
import {
  castIds,
  otherConnections,
  promisesWithoutIssue,
  readersOfEnvironment,
  tooLong,
  unwantedExports,
} from './source-rules.ts';

function one(path: string, text: string) {
  return [{ path, text }];
}

test.each([
  'process.env.HOME',
  `process['env']`,
  'process?.env',
  `import { env } from 'node:process'`,
  'const { env } = process',
])('notices that %s reads the environment', (text) => {
  expect(readersOfEnvironment(one('gateway/a.ts', text))).toHaveLength(1);
  expect(readersOfEnvironment(one('platform/process/environment.ts', text))).toEqual([]);
});

test('leaves alone what only looks like reading the environment', () => {
  expect(
    readersOfEnvironment(
      one('local/a.ts', 'spawn(program, { env: { LC_ALL: "C" } }); // process environment'),
    ),
  ).toEqual([]);
});

test('notices a connection that another file opens', () => {
  for (const text of [
    'new pg.Client({ connectionString })',
    'new pg.Pool({})',
    'new Client({ connectionString: url })',
  ]) {
    expect(otherConnections(one('subgraphs/a.ts', text))).toHaveLength(1);
    expect(otherConnections(one('platform/database/connect.ts', text))).toEqual([]);
    expect(otherConnections(one('test/a.ts', text))).toEqual([]);
  }
  // An HTTP client of undici.
  expect(otherConnections(one('gateway/a.ts', 'new Client(origin, {})'))).toEqual([]);
});

test('notices line 251, except in generated files', () => {
  expect(tooLong(one('platform/a.ts', 'x\n'.repeat(250)))).toEqual([]);
  expect(tooLong(one('platform/a.ts', 'x\n'.repeat(251)))).toHaveLength(1);
  expect(tooLong(one('platform/a.generated.ts', 'x\n'.repeat(251)))).toEqual([]);
});

test('notices a promise without an issue', () => {
  expect(promisesWithoutIssue(one('a.ts', '// TODO later'))).toEqual(['a.ts:1: // TODO later']);
  expect(promisesWithoutIssue(one('a.ts', '// TODO #12: later'))).toEqual([]);
});

test('notices default exports and barrels', () => {
  expect(unwantedExports(one('platform/a.ts', 'export default function x() {}'))).toHaveLength(1);
  expect(unwantedExports(one('examples/a/vite.config.ts', 'export default {};'))).toEqual([]);
  expect(unwantedExports(one('platform/a.ts', `export * from './b.ts';`))).toHaveLength(1);
  expect(unwantedExports(one('platform/a.ts', `export { b } from './b.ts';`))).toHaveLength(1);
  expect(unwantedExports(one('platform/a.ts', `export const a = 1;\nexport type { A };`))).toEqual([]);
});

describe('casts to ids', () => {
  const ids = {
    path: 'platform/values/ids.ts',
    text: `export type AccountId = Branded<'AccountId'>;
export type ProductId = Branded<'ProductId'>;
export const asAccountId = sameText as As<AccountId>;`,
  };

  test.each([
    ['platform/a.ts', 'const id = text as AccountId;'],
    ['gateway/a.ts', 'const id = text as unknown as ProductId;'],
    ['subgraphs/accounts/a.ts', 'const all = texts as readonly AccountId[];'],
    ['subgraphs/accounts/a.ts', 'const all = texts as Set<AccountId | ProductId>;'],
    ['subgraphs/accounts/a.ts', 'function isMine(text: string): text is AccountId {'],
    ['subgraphs/accounts/a.ts', 'function check(text: string): asserts text is AccountId {'],
    ['test/accounts/a.test.ts', 'const id = text as AccountId;'],
  ])('%s: %s is one', (path, text) => {
    expect(castIds([ids, { path, text: `\n${text}` }])).toEqual([
      `${path}:2: ${text}: let platform/values/ids.ts make the id`,
    ]);
  });

  test.each([
    ['platform/a.ts', '// What is taken as an AccountId elsewhere.'],
    ['platform/a.ts', ' * The account as its AccountId.'],
    ['platform/a.ts', 'const id = asAccountId(text);'],
    ['platform/a.ts', "const kind = 'x' as const; const read = (id: AccountId) => id;"],
    ['platform/a.ts', 'const identity = answer as { accountId: AccountId };'],
    ['subgraphs/accounts/resolvers.generated.ts', 'const id = text as AccountId;'],
  ])('%s: %s is none', (path, text) => {
    expect(castIds([ids, { path, text }])).toEqual([]);
  });

  test('the rule says so when it finds no ids to look for', () => {
    expect(castIds([])).toEqual(['platform/values/ids.ts defines no id']);
  });
});
