// What executions share when they read at one moment, and what they never share.
import { expect, test } from 'vitest';
import { batchReads, batchReadsById } from '../../../platform/reads/batch.ts';
import type { ReadContext, RequestContext } from '../../../platform/subgraph/context.ts';
import { newId } from '../../../platform/values/uuid.ts';

/** Executions of one subgraph: each call is a context of its own. */
function subgraph(): () => RequestContext {
  const ctx = { db: 'the database', openBatches: new Map() };
  return () => ({ ...ctx, viewer: 'somebody', requestReads: new Map() }) as unknown as RequestContext;
}

/** A read that notes its batches. */
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

test('reads what many executions ask for at one moment at once, each key once', async () => {
  const execution = subgraph();
  const { load, reads } = recorded();
  const rows = await Promise.all(['a', 'b', 'a', 'c'].map((key) => load(execution(), key)));
  expect(rows).toEqual(['row a', 'row b', 'row a', 'row c']);
  expect(reads).toEqual([['a', 'b', 'c']]);
});

test('gives a read the database and nothing of who asks', async () => {
  const { load, readers } = recorded();
  await load(subgraph()(), 'a');
  expect(readers).toEqual([{ db: 'the database' }]);
});

test('keeps subgraphs apart', async () => {
  const { load, reads } = recorded();
  await Promise.all([load(subgraph()(), 'a'), load(subgraph()(), 'a')]);
  expect(reads).toEqual([['a'], ['a']]);
});

test('reads a key once in an execution, however late it is asked again, and anew in the next', async () => {
  const execution = subgraph();
  const { load, reads } = recorded();
  const one = execution();
  const first = load(one, 'a');
  await first;
  expect(load(one, 'a')).toBe(first);
  await load(execution(), 'a');
  expect(reads).toEqual([['a'], ['a']]);
});

test('never joins a batch that has left: what was committed since would be missing', async () => {
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

test('tells everybody in a batch that it failed, and reads again for who asks next', async () => {
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

test('finds rows by id in any letter case, and nothing by what is no id', async () => {
  const id = newId();
  const asked: (readonly string[])[] = [];
  const byId = batchReadsById(async (_reader, ids) => {
    asked.push(ids);
    return ids.includes(id) ? [{ id }] : [];
  });
  const ctx = subgraph()();
  // A caller without types may bring anything.
  const keys = [id.toUpperCase(), newId(), { ne: '' }, null, "'; --", id] as string[];
  const rows = await Promise.all(keys.map((key) => byId(ctx, key)));
  expect(rows).toEqual([{ id }, null, null, null, null, { id }]);
  expect(asked).toEqual([[id, keys[1]]]);
});
