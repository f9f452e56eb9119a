// What concurrent executions share when they read, and what they never share.
import { expect, test } from 'vitest';
import { batchReads, batchReadsById } from '../../../platform/reads/batch.ts';
import type { ReadContext, RequestContext } from '../../../platform/subgraph/context.ts';
import { newId } from '../../../platform/values/uuid.ts';

/** Creates the contexts of executions of one subgraph. */
function subgraph(): () => RequestContext {
  const ctx = { db: 'the database', openBatches: new Map() };
  return () => ({ ...ctx, viewer: 'a viewer', requestReads: new Map() }) as unknown as RequestContext;
}

/** A read that records its batches. */
function recorded() {
  const reads: string[][] = [];
  const readers: ReadContext[] = [];
  const load = batchReads<string, string>(async (reader, keys) => {
    readers.push(reader);
    reads.push([...keys]);
    return keys.map((key) => `row ${key}`);
  });
  return { load, reads, readers };
}

test('reads the keys of concurrent executions in one batch, each key once', async () => {
  const execution = subgraph();
  const { load, reads } = recorded();
  const rows = await Promise.all(['a', 'b', 'a', 'c'].map((key) => load(execution(), key)));
  expect(rows).toEqual(['row a', 'row b', 'row a', 'row c']);
  expect(reads).toEqual([['a', 'b', 'c']]);
});

test('passes the database to a read, and nothing of the caller', async () => {
  const { load, readers } = recorded();
  await load(subgraph()(), 'a');
  expect(readers).toEqual([{ db: 'the database' }]);
});

test('does not share batches between subgraphs', async () => {
  const { load, reads } = recorded();
  await Promise.all([load(subgraph()(), 'a'), load(subgraph()(), 'a')]);
  expect(reads).toEqual([['a'], ['a']]);
});

test('reads a key once in an execution, also when it is requested again later, and again in the next execution', async () => {
  const execution = subgraph();
  const { load, reads } = recorded();
  const one = execution();
  const first = load(one, 'a');
  await first;
  expect(load(one, 'a')).toBe(first);
  await load(execution(), 'a');
  expect(reads).toEqual([['a'], ['a']]);
});

test('never adds a key to a batch that has been sent, because later commits would be missing', async () => {
  const execution = subgraph();
  let committed = 'old';
  const started = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const load = batchReads<string, string>(async (_reader, keys) => {
    const snapshot = committed;
    started.resolve();
    await released.promise;
    return keys.map(() => snapshot);
  });
  const before = load(execution(), 'a');
  await started.promise;
  committed = 'new';
  const after = load(execution(), 'a');
  released.resolve();
  expect(await Promise.all([before, after])).toEqual(['old', 'new']);
});

test('rejects all keys of a batch that failed, and reads again for the next caller', async () => {
  const execution = subgraph();
  let isDown = true;
  const load = batchReads<string, string>(async (_reader, keys) => {
    if (isDown) throw new Error('down');
    return keys;
  });
  const outcomes = await Promise.allSettled([load(execution(), 'a'), load(execution(), 'b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  expect(await load(execution(), 'a')).toBe('a');
});

test('splits a batch of more than 1000 keys', async () => {
  const ctx = subgraph()();
  const { load, reads } = recorded();
  await Promise.all(Array.from({ length: 2500 }, (_, index) => load(ctx, `${index}`)));
  expect(reads.map((keys) => keys.length)).toEqual([1000, 1000, 500]);
});

test('finds rows by id in any letter case, and refuses a value that is not an id', async () => {
  const id = newId();
  const asked: (readonly string[])[] = [];
  const byId = batchReadsById(async (_reader, ids) => {
    asked.push(ids);
    return ids.includes(id) ? [{ id }] : [];
  });
  const ctx = subgraph()();
  // Representations are untyped, so any value can arrive.
  const keys = [id.toUpperCase(), newId(), { ne: '' }, null, "'; --", id] as string[];
  const rows = await Promise.all(keys.map((key) => byId(ctx, key).catch(({ code }) => code)));
  expect(rows).toEqual([{ id }, null, 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', { id }]);
  expect(asked).toEqual([[id, keys[1]]]);
});
