// The events of a subgraph as a reader gets them, in the same process and over HTTP: the same answers and the same refusals.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type ChangeHub, createChangeHub } from '../../../platform/changes/change-hub.ts';
import { defineEvent } from '../../../platform/events/event-type.ts';
import { openFeed } from '../../../platform/events/feed.ts';
import { createBeginning, formatCursor } from '../../../platform/events/feed-cursor.ts';
import { createReadEvents, type ReadEvents, type ReadRequest } from '../../../platform/events/read-events.ts';
import { openSubgraphClient } from '../../../platform/transport/subgraph-client.ts';
import { serve, sign, subgraphThat } from '../subgraph/served-subgraph.ts';
import { openShop, openTransaction, type Shop } from './writers.ts';

const changed = defineEvent({ name: 'subject.changed', description: 'The subject has changed.', data: {} });

let shop: Shop;
let hub: ChangeHub;
let inMemory: ReadEvents;
let url: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  shop = await openShop(inject('adminUrl'), 100);
  hub = createChangeHub({ isReceiving: true });
  const feed = openFeed(shop.db, 'shop', 7);
  inMemory = createReadEvents({ publisher: 'shop', types: [changed], feed, notices: hub });
  const execute = async () => ({ data: {} });
  ({ url } = await serve({ ...subgraphThat(execute), readEvents: inMemory }));
});
afterAll(async () => {
  for (const close of closers) await close();
  await shop.close();
});

const request: ReadRequest = { after: 'beginning', limit: 10, waitMs: 0 };
let nextSubject = 0;

async function publish(): Promise<string> {
  const subject = shop.subjects[nextSubject++] ?? '';
  const { commit } = await openTransaction(shop, subject);
  await commit();
  return subject;
}

const ways: [way: string, open: () => ReadEvents][] = [
  ['in the same process', () => inMemory],
  [
    'over HTTP',
    () => {
      const client = openSubgraphClient('accounts', url, sign);
      closers.push(client.close);
      return (wanted, signal) => client.readEvents('gateway', wanted, signal);
    },
  ],
];

describe.each(ways)('%s', (_way, open) => {
  let read: (wanted: Partial<ReadRequest>) => ReturnType<ReadEvents>;
  beforeAll(() => {
    const readEvents = open();
    read = (wanted) => readEvents({ ...request, ...wanted }, AbortSignal.timeout(10_000));
  });

  test('answers events as CloudEvents, from the beginning or from now', async () => {
    const { cursor: now } = await read({ after: 'now' });
    const subject = await publish();
    const { events } = await read({ after: now });
    expect(events).toEqual([
      {
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: 'shop',
        type: 'subject.changed',
        subject,
        version: 1,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        datacontenttype: 'application/json',
        dataschema: 'urn:tributary:shop:subject.changed',
        data: {},
      },
    ]);
    const all = await read({ after: 'beginning', limit: 1000 });
    expect(all.events.at(-1)).toEqual(events[0]);
    expect(await read({ after: all.cursor })).toMatchObject({ events: [] });
  });

  test('answers a reader that waits once an event is committed and announced', async () => {
    const { cursor } = await read({ after: 'now' });
    const waiting = read({ after: cursor, waitMs: 9_000 });
    const subject = await publish();
    hub.publish();
    expect((await waiting).events).toMatchObject([{ subject }]);
  });

  test('finds an event without its notice, as after a crash between the commit and the notice', async () => {
    const { cursor } = await read({ after: 'now' });
    const waiting = read({ after: cursor, waitMs: 9_000 });
    const subject = await publish();
    expect((await waiting).events).toMatchObject([{ subject }]);
  });

  test('answers without events when the wait is over, with a cursor that goes on from there', async () => {
    const { cursor } = await read({ after: 'now' });
    const page = await read({ after: cursor, waitMs: 1 });
    expect(page).toMatchObject({ events: [], isMore: false });
    const subject = await publish();
    expect((await read({ after: page.cursor })).events).toMatchObject([{ subject }]);
  });

  test.each<[string, Partial<ReadRequest>, string]>([
    ['a text that is no cursor', { after: 'x' }, 'FEED_CURSOR_INVALID'],
    [
      'a cursor of another feed',
      { after: formatCursor('payments', createBeginning(0)) },
      'FEED_CURSOR_FOREIGN',
    ],
    ['an expired cursor', { after: formatCursor('shop', createBeginning(0)) }, 'FEED_CURSOR_EXPIRED'],
    [
      'a cursor that is ahead of the database',
      {
        after: formatCursor('shop', {
          ...createBeginning(Date.now()),
          seen: '900000000000:900000000000:',
        }),
      },
      'FEED_CURSOR_AHEAD',
    ],
    ['an unknown type', { types: ['subject.changed', 'subject.gone'] }, 'FEED_TYPE_UNKNOWN'],
    ['a limit of 0', { limit: 0 }, 'FEED_LIMIT_INVALID'],
    ['a limit of 1001', { limit: 1001 }, 'FEED_LIMIT_INVALID'],
    ['a limit that is no whole number', { limit: 1.5 }, 'FEED_LIMIT_INVALID'],
    ['a wait below zero', { waitMs: -1 }, 'FEED_WAIT_INVALID'],
    ['a wait of more than 30 seconds', { waitMs: 30_001 }, 'FEED_WAIT_INVALID'],
  ])('refuses %s', async (_what, wanted, code) => {
    await expect(read(wanted)).rejects.toMatchObject({ name: 'Refusal', code });
  });
});

test('over HTTP, refuses callers that are no service, and parameters that it does not know', async () => {
  const get = async (path: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(new URL(path, url), { headers });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    return [response.status, errors[0]?.extensions.code];
  };
  const service = await sign('accounts', { kind: 'service', name: 'gateway' });
  const account = await sign('accounts', { kind: 'anonymous' });
  expect(await get('/events')).toEqual([401, 'UNAUTHENTICATED']);
  expect(await get('/events', account)).toEqual([401, 'UNAUTHENTICATED']);
  expect(await get('/events?form=now', service)).toEqual([400, 'FEED_PARAMETER_UNKNOWN']);
  expect(await get('/events?limit=1&limit=2', service)).toEqual([400, 'FEED_PARAMETER_UNKNOWN']);
  expect(await get('/events?limit=ten', service)).toEqual([400, 'FEED_LIMIT_INVALID']);
  const expired = formatCursor('shop', createBeginning(0));
  expect(await get(`/events?after=${expired}`, service)).toEqual([410, 'FEED_CURSOR_EXPIRED']);
});
