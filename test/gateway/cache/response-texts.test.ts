// The texts of responses: cached ones are sent as they are, shared ones are serialized once.
import { expect, test } from 'vitest';
import { ResponseTexts, serialize } from '../../../gateway/cache/response-texts.ts';

/** Counts how often it is serialized. */
function openCounter() {
  const counter = {
    count: 0,
    data: {
      toJSON: () => {
        counter.count += 1;
        return { a: counter.count };
      },
    } as Record<string, unknown>,
  };
  return counter;
}

test('sends the text that belongs to the data of a cached response', () => {
  const texts = new ResponseTexts();
  const data = {};
  texts.set(data, 'the text');
  expect(texts.stringify({ data })).toBe('the text');
  expect(texts.stringify({ data: {} })).toBe('{"data":{}}\n');
});

test('serializes the data of a shared result once, and other data each time', () => {
  const texts = new ResponseTexts();
  const [shared, other] = [openCounter(), openCounter()];
  texts.expectSeveral(shared.data);
  const sharedTexts = [1, 2, 3].map(() => texts.stringify({ data: shared.data }));
  expect(new Set(sharedTexts)).toEqual(new Set(['{"data":{"a":1}}\n']));
  for (const _time of [1, 2]) texts.stringify({ data: other.data });
  expect([shared.count, other.count]).toEqual([1, 2]);
});

test('uses no known text for a result with errors, and keeps none of a result with extensions', () => {
  const texts = new ResponseTexts();
  const data = { a: 1 };
  texts.set(data, 'the text');
  const errors = [{ message: 'lost' }] as never;
  expect(texts.stringify({ data, errors })).toBe(serialize({ data, errors }));
  const shared = { a: 2 };
  texts.expectSeveral(shared);
  expect(texts.stringify({ data: shared, extensions: { cost: 1 } })).toContain('cost');
  expect(texts.stringify({ data: shared })).toBe('{"data":{"a":2}}\n');
});

test('adds the extensions of one request to a known text, and to this request only', () => {
  const texts = new ResponseTexts();
  const data = {};
  texts.set(data, '{"data":{"a":1}}\n');
  const extensions = { session: 'EXPIRED' };
  expect(texts.stringify({ data, extensions })).toBe('{"data":{"a":1},"extensions":{"session":"EXPIRED"}}\n');
  expect(texts.stringify({ data })).toBe('{"data":{"a":1}}\n');
});
