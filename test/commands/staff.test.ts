// npm run staff: the operator's way to the first member of staff, over database URLs and beside a graph that runs.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { findFreePort } from '../../local/postgres/cluster.ts';
import { newId } from '../../platform/values/uuid.ts';
import { buildPeople } from '../accounts/people.ts';
import { runCommand } from '../support/commands.ts';
import { startProcess, type Variables, waitUntilReady } from '../support/processes.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
const staff = (args: readonly string[], variables: Variables = {}) => runCommand('staff', args, variables);
const auditLine = (stderr: string) => JSON.parse(stderr.slice(stderr.indexOf('{'), stderr.indexOf('\n') + 1));

describe('with database URLs', () => {
  const accounts = subgraphTest('accounts', { environment: { ACCOUNTS_SIGN_UPS_PER_ADDRESS: '1000000' } });
  const { signUp, signIn, viewerBehind } = buildPeople(accounts);
  let variables: Variables = {};
  beforeEach(() => {
    const { runtime, owner } = accounts.urls();
    variables = { ACCOUNTS_DATABASE_URL: runtime, ACCOUNTS_OWNER_DATABASE_URL: owner };
  });
  const nextLine = (stdout: string) => stdout.split('\n')[1];

  test('makes the account staff from its next request on, whatever letter case or form the address is typed in', async () => {
    const { id, email } = await signUp(`J\u00f6-${newId()}@example.com`);
    const { token } = await signIn(email);
    const typed = ` ${email.normalize('NFD').toUpperCase()} `;
    const { status, stdout, stderr } = await staff([typed], variables);
    expect({ status, line: nextLine(stdout) }).toEqual({
      status: 0,
      line: `${id} is a member of staff from its next request on`,
    });
    expect(stdout).toMatch(/^accounts: the database \w+ at 127\.0\.0\.1:\d+\n/);
    expect(auditLine(stderr)).toMatchObject({
      audit: true,
      by: { caller: 'operator' },
      act: 'npm run staff, add',
      on: { accountId: id },
      outcome: 'ok',
    });
    expect(stdout + stderr).not.toContain('@');
    expect((await viewerBehind(token))?.roles).toEqual(['CUSTOMER', 'STAFF']);
  });

  test('says that a repeat changed nothing, and takes the role away', async () => {
    const { id, email } = await signUp();
    const { token } = await signIn(email);
    const run = async (...args: string[]) => nextLine((await staff([email, ...args], variables)).stdout);
    expect(await run('--remove')).toBe(`${id} was no member of staff before`);
    expect(await run()).toBe(`${id} is a member of staff from its next request on`);
    expect(await run()).toBe(`${id} was a member of staff before`);
    expect((await viewerBehind(token))?.roles).toEqual(['CUSTOMER', 'STAFF']);
    expect(await run('--remove')).toBe(`${id} is no member of staff from its next request on`);
    expect((await viewerBehind(token))?.roles).toEqual(['CUSTOMER']);
  });

  test('refuses an address without an account in one sentence, and audits that', async () => {
    const { status, stderr } = await staff(['nobody@example.com'], variables);
    const [line = '', ...sentence] = stderr.split('\n');
    expect(JSON.parse(line)).toMatchObject({ audit: true, on: {}, outcome: 'ACCOUNT_NOT_FOUND' });
    expect(sentence.join('\n')).toBe(
      'No account has this email address: sign up with it first, and run the command again.\n',
    );
    expect(status).toBe(1);
  });
});

test.each([[[]], [['--remove']], [['a@example.com', '--add']], [['a@example.com', '--remove', 'b']]])(
  'prints its usage for %j',
  async (args) => {
    const usage = 'usage: npm run staff -- <email> [--remove]\n';
    expect(await staff(args)).toEqual({ status: 2, stdout: '', stderr: usage });
  },
);

test('finds the database of a graph that runs, and creates none where there is none', async () => {
  const nowhere = join(root, 'nowhere');
  const { status, stderr } = await staff(['a@example.com'], { DATA_DIR: nowhere });
  expect(status).toBe(1);
  expect(stderr).toContain(`There is no database in ${nowhere}, and none was created.`);
  expect(existsSync(nowhere)).toBe(false);

  const port = await findFreePort();
  const variables = { DATA_DIR: temporaryFolder(root), PORT: String(port) };
  const running = startProcess(['commands/start.ts', 'accounts'], variables);
  try {
    await waitUntilReady(`http://127.0.0.1:${port}/health/ready`, running);
    const { stdout } = await staff(['ADA@example.com'], variables);
    expect(stdout).toMatch(/, whose data is in \S+\n\S+ is a member of staff from its next request on\n$/);
  } finally {
    await running.stop();
  }
});
