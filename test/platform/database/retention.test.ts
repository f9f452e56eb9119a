// Each kind of rows is deleted for itself. What the subgraphs delete is tested in their folders.
import type { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { maxRowsDeleted, startRetention } from '../../../platform/database/retention.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';

test('a kind that fails stops no other, and each failure is logged with its kind', async () => {
  const lines: string[] = [];
  const log = openLog(readEnvironment({}), 'shop', { write: (line: string) => void lines.push(line) });
  const full = [maxRowsDeleted, maxRowsDeleted, 7];
  const fail = async () => {
    throw new Error('permission denied');
  };
  const deletions = { sessions: fail, attempts: fail, carts: async () => full.shift() ?? 0 };
  const stop = startRetention({ db: {} as DataSource, log }, 600_000, deletions);
  await expect.poll(() => lines.length).toBe(5);
  await stop();
  const told = lines
    .map((line) => JSON.parse(line))
    .map(({ rows, level, deleted }) => ({ rows, level, deleted }));
  const failure = (rows: string) => ({ rows, level: 50, deleted: undefined });
  const success = (deleted: number) => ({ rows: 'carts', level: 30, deleted });
  expect(told.toSorted((one, other) => other.level - one.level)).toEqual([
    failure('sessions'),
    failure('attempts'),
    success(maxRowsDeleted),
    success(maxRowsDeleted),
    success(7),
  ]);
});
