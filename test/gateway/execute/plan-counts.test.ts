import { expect, test } from 'vitest';
import { PlanCounts } from '../../../gateway/execute/plan-counts.ts';

test('counts compiled operations, and fallbacks by reason, and logs each reason once', () => {
  const counts = new PlanCounts();
  expect(counts.health).toEqual({ compiled: 0, fallbacks: {} });
  const lines: unknown[] = [];
  const log = { info: (line: unknown) => lines.push(line) } as never;
  counts.countCompiled();
  for (const reason of ['a', 'b', 'a']) counts.countFallback(reason, log);
  expect(lines).toEqual([{ reason: 'a' }, { reason: 'b' }]);
  expect(counts.health).toEqual({ compiled: 1, fallbacks: { a: 2, b: 1 } });
});
