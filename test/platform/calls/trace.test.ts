import { expect, test } from 'vitest';
import { formatTraceparent, getTraceId, newTraceId } from '../../../platform/calls/trace.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

test('takes the trace id of the caller', () => {
  expect(getTraceId(`00-${id}-00f067aa0ba902b7-01`)).toBe(id);
});

test('writes a header from which it reads the same id', () => {
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

test.each(broken)('creates a new id for the header %j', (header) => {
  const traceId = getTraceId(header);
  expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(traceId).not.toBe(id);
});

test('never creates the same id twice', () => {
  expect(new Set(Array.from({ length: 1000 }, newTraceId)).size).toBe(1000);
});
