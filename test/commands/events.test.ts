// npm run events: the catalogue and its files, and what an operator does about the followers of purchases.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { refuseFeed } from '../../platform/events/errors.ts';
import { createFollowerState } from '../../platform/followers/follower-health.ts';
import {
  type DatabaseUrls,
  describeDatabase,
  getDatabaseKeys,
} from '../../platform/process/database-urls.ts';
import { newId } from '../../platform/values/uuid.ts';
import { copyProject, runCommand } from '../support/commands.ts';
import { cloneDatabase, query } from '../support/databases.ts';
import type { Variables } from '../support/processes.ts';
import { required } from '../support/required.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));
let urls: DatabaseUrls | undefined;
let drop = async () => {};
beforeAll(async () => {
  ({ urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'purchases' }));
});
afterAll(() => drop());

const database = () => required(urls, 'cloned');
const keys = getDatabaseKeys('purchases');
const variables = (more: Variables = {}): Variables => ({
  [keys.runtime]: database().runtime,
  [keys.owner]: database().owner,
  ...more,
});
const events = (args: readonly string[], more?: Variables) => runCommand('events', args, variables(more));

/** Parks an event of a new subject, as a follower does after its last attempt. */
async function park(): Promise<string> {
  const [id, subject] = [newId(), newId()];
  await query(
    database().owner,
    `INSERT INTO purchases.parked_event (follower, id, subject, version, event, attempts, error)
     VALUES ('discontinued-products', $1, $2, 1, '{"type":"product.discontinued"}', 7, 'Error: no')`,
    [id, subject],
  );
  return id;
}

const readParked = () =>
  query(database().owner, 'SELECT id, attempts FROM purchases.parked_event ORDER BY id');
const auditLine = (stderr: string) => JSON.parse(stderr.slice(stderr.indexOf('{'), stderr.indexOf('\n') + 1));

describe('the catalogue', () => {
  test('of this repository is up to date', async () => {
    expect(await runCommand('events', ['--check'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('--check names the files that are out of date, and without it they are written', async () => {
    const copy = copyProject(temporaryFolder(root));
    const run = (...args: string[]) => runCommand('events', args, {}, copy);
    const file = join(copy, 'subgraphs/purchases/events/purchase-cancelled.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('reason: z.string()', 'cause: z.string()'));
    expect(await run('--check')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'out of date: api/events.asyncapi.json, docs/events.md; run: npm run events\n',
    });
    const { stdout } = await run();
    expect(stdout).toContain('    followed by purchases/discontinued-products, which reads no field\n');
    expect(stdout.endsWith('wrote api/events.asyncapi.json\nwrote docs/events.md\n')).toBe(true);
    expect(readFileSync(join(copy, 'docs/events.md'), 'utf8')).toContain(
      '| `purchase.cancelled` | `cause` |',
    );
    expect(await run('--check')).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe('an operator', () => {
  const where = () => `purchases: ${describeDatabase(database().owner)}\n`;

  test('learns that nothing is parked, or which migration is missing', async () => {
    const list = () => events(['parked', 'purchases']);
    expect(await list()).toEqual({
      status: 0,
      stdout: `${where()}purchases: no event is parked\n`,
      stderr: '',
    });
    await query(database().owner, 'ALTER TABLE purchases.parked_event RENAME TO old');
    expect(await list()).toEqual({
      status: 1,
      stdout: where(),
      stderr: 'purchases has no tables of followers yet; run: npm run migrate -- purchases up\n',
    });
    await query(database().owner, 'ALTER TABLE purchases.old RENAME TO parked_event');
  });

  test('lists a parked event, has it tried again, and drops it; each change leaves an audit line', async () => {
    const id = await park();
    expect((await events(['parked'])).stdout).toContain(
      `purchases/discontinued-products: product.discontinued ${id}, version 1 of`,
    );
    const replayed = await events(['replay', 'purchases', id]);
    expect(replayed.stdout).toBe(
      `${where()}purchases/discontinued-products tries the event ${id} again at once\n`,
    );
    expect(auditLine(replayed.stderr)).toMatchObject({
      audit: true,
      by: { caller: 'operator' },
      act: 'npm run events, replay',
      on: { event: id },
      outcome: 'ok',
    });
    expect(await readParked()).toEqual([{ id, attempts: 0 }]);
    const skipped = await events(['skip', 'purchases', id]);
    expect(skipped.stdout).toContain(
      `purchases/discontinued-products has dropped the event ${id}: its effect never happens\n`,
    );
    expect(auditLine(skipped.stderr)).toMatchObject({ act: 'npm run events, skip', on: { event: id } });
    expect(await readParked()).toEqual([]);
  });

  test('is asked in production, and without a terminal needs --yes', async () => {
    const id = await park();
    const production = { NODE_ENV: 'production' };
    expect(await events(['skip', 'purchases', id], production)).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'In production, skip asks first, and there is no terminal: add --yes to go on without a question\n',
    });
    expect(await readParked()).toHaveLength(1);
    expect(await events(['skip', 'purchases', id, '--yes'], production)).toMatchObject({ status: 0 });
    expect(await readParked()).toEqual([]);
  });

  test('restarts a follower by the command that the log of a refused one names', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line).msg) });
    createFollowerState(
      { subgraph: 'purchases', name: 'discontinued-products', publisher: 'products' },
      log,
    ).setRefused(refuseFeed('FEED_CURSOR_EXPIRED'));
    const [, named = ''] = /: npm run events -- (.+)$/.exec(lines[0] ?? '') ?? [];
    expect(named).toBe('restart purchases discontinued-products beginning|now');
    const readCursor = async () =>
      (await query(database().owner, 'SELECT cursor FROM purchases.follower'))[0]?.cursor;
    for (const place of ['beginning', 'now']) {
      const { status, stderr } = await events(named.replace('beginning|now', place).split(' '));
      expect({ status, cursor: await readCursor() }).toEqual({ status: 0, cursor: place });
      expect(auditLine(stderr)).toMatchObject({
        act: `npm run events, restart discontinued-products at ${place}`,
        on: {},
      });
    }
  });

  test.each([
    [['parked', 'nowhere'], 1, 'There is no subgraph "nowhere" in supergraph.yaml.'],
    [['parked', 'payments'], 1, 'payments follows no other subgraph\n'],
    [['replay', 'purchases', 'x'], 1, '"x" is not the id of an event; npm run events -- parked lists them\n'],
    [
      ['restart', 'purchases', 'sail', 'now'],
      1,
      'purchases has no follower "sail"; its followers are: discontinued-products\n',
    ],
    [['restart', 'purchases', 'discontinued-products', 'then'], 2, 'usage: npm run events '],
    [['skip', 'purchases'], 2, 'usage: npm run events '],
    [['replay', 'purchases', newId(), '--yes'], 2, 'usage: npm run events '],
    [['forget'], 2, 'usage: npm run events '],
  ])('is refused in one sentence for %j', async (args, status, sentence) => {
    const result = await events(args);
    expect(result.stderr.startsWith(sentence)).toBe(true);
    expect({ status: result.status, lines: result.stderr.trim().split('\n') }).toEqual({
      status,
      lines: [expect.any(String)],
    });
  });
});
