import { expect, test } from 'vitest';
import { formatTraceparent, getTraceId, newTraceId } from '../../../platform/calls/trace.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

test('takes the trace id of the caller', () => {
  expect(getTraceId(`00-${id}-00f067aa0ba902b7-01`)).toBe(id);
});

test('passes an id on in a header that it would take itself', () => {
  expect(formatTraceparent(id)).toMatch(new RegExp(`^00-${id}-[0-9a-f]{16}-01$`));
  expect(getTraceId(formatTraceparent(id))).toBe(id);
});

const broken: (string | string[] | undefined)[] = [
  undefined,
  '',
  id,
  `00-${id}-00f067aa0ba902b7-01-more`,
  `00-${id.toUpperCase()}-00f067aa0ba902b7-01`,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${id}-${'0'.repeat(16)}-01`,
  `ff-${id}-00f067aa0ba902b7-01`,
  `00-${id}\n-00f067aa0ba902b7-01`,
  [`00-${id}-00f067aa0ba902b7-01`],
];

test.each(broken)('makes a new id of its own for the header %j', (header) => {
  const made = getTraceId(header);
  expect(made).toMatch(/^[0-9a-f]{32}$/);
  expect(made).not.toBe(id);
});

test('never makes the same id twice', () => {
  expect(new Set(Array.from({ length: 1000 }, newTraceId)).size).toBe(1000);
});
