// The cursor of a feed as text: what is no cursor is refused before a statement is sent.
import { expect, test } from 'vitest';
import {
  createBeginning,
  type FeedCursor,
  formatCursor,
  parseCursor,
} from '../../../platform/events/feed-cursor.ts';

test.each<FeedCursor>([
  createBeginning(0),
  { seen: '12:15:13,14', until: undefined, position: '0', seenAt: 1_790_000_000_000, timeline: '7/0000000A' },
  { seen: '12:12:', until: '12:15:13', position: '9007199254740993', seenAt: 1, timeline: '7/00000001' },
])('reads the cursor that it has written: %j', (cursor) => {
  expect(parseCursor('products', formatCursor('products', cursor))).toEqual(cursor);
});

test('refuses the cursor of another feed with both names', () => {
  const text = formatCursor('products', createBeginning(0));
  expect(() => parseCursor('payments', text)).toThrow(
    expect.objectContaining({
      code: 'FEED_CURSOR_FOREIGN',
      details: { publisher: 'products', feed: 'payments' },
    }),
  );
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  ['nothing', ''],
  ['no base64', '%%%'],
  ['no JSON', Buffer.from('{').toString('base64url')],
  ['another shape', encode({ seen: '1:1:' })],
  ['a snapshot that is SQL', encode(['products', "1:1:'; DROP", '', '0', 0, ''])],
  ['a snapshot with a number of 20 digits', encode(['products', '1:99999999999999999999:', '', '0', 0, ''])],
  ['a position below zero', encode(['products', '3:3:', '', '-1', 0, ''])],
  ['a time that is no number', encode(['products', '3:3:', '', '0', '0', ''])],
  ['a history that is none', encode(['products', '3:3:', '', '0', 0, 'x'])],
  ['a text of 20,000 characters', 'A'.repeat(20_000)],
])('refuses %s as a cursor', (_what, text) => {
  expect(() => parseCursor('products', text)).toThrow(
    expect.objectContaining({ code: 'FEED_CURSOR_INVALID' }),
  );
});
