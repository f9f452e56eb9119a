import { expect, test } from 'vitest';
import { createOperationCache } from '../../gateway/operation-cache.ts';

test('keeps at most a thousand forms of operations, and two million characters of them', () => {
  const small = createOperationCache<string>((text) => text.length);
  for (let index = 0; index < 5_000; index += 1) small.set(`{ a${index}: ok }`, 'x');
  expect(small.size).toBe(1_000);
  expect(small.get('{ a4999: ok }')).toBe('x');
  expect(small.get('{ a0: ok }')).toBeUndefined();
  const large = createOperationCache<string>((text) => text.length);
  for (let index = 0; index < 100; index += 1) large.set(`${index}`, 'x'.repeat(100_000));
  expect(large.size).toBe(19);
  expect(large.calculatedSize).toBeLessThanOrEqual(2_000_000);
});
