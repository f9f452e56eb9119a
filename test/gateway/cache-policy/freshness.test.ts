// Marks and versions: what makes a mark stale, and what separates fetches from those that began before.
import { expect, test } from 'vitest';
import { openFreshness } from '../../../gateway/cache-policy/freshness.ts';
import { createChangeHub } from '../../../platform/changes/change-hub.ts';

function openWithHub() {
  const hub = createChangeHub({ isReceiving: true });
  const freshness = openFreshness((subgraph) => (subgraph === 'products' ? hub : undefined));
  return { hub, freshness, mark: freshness.createMark('products') };
}

test('a mark is fresh until its subgraph sends a change notice', () => {
  const { hub, freshness, mark } = openWithHub();
  const other = freshness.createMark('accounts');
  expect(freshness.isFresh(mark)).toBe(true);
  hub.publish();
  expect([mark, other].map(freshness.isFresh)).toEqual([false, true]);
  expect(freshness.isFresh(freshness.createMark('products'))).toBe(true);
});

test('a mark is stale after a write to its subgraph, also for a subgraph without change notices', () => {
  const { freshness, mark } = openWithHub();
  const other = freshness.createMark('accounts');
  freshness.recordWrite('accounts');
  expect([mark, other].map(freshness.isFresh)).toEqual([true, false]);
});

test('no mark is fresh while change notices may be missed, nor one from before that afterwards', () => {
  const { hub, freshness, mark } = openWithHub();
  hub.setReceiving(false);
  const meanwhile = freshness.createMark('products');
  expect([mark, meanwhile].map(freshness.isFresh)).toEqual([false, false]);
  hub.setReceiving(true);
  expect([mark, meanwhile].map(freshness.isFresh)).toEqual([false, false]);
  expect(freshness.isFresh(freshness.createMark('products'))).toBe(true);
});

test('a version grows with each write, graph and notice, and the epoch with all but notices', () => {
  const { hub, freshness } = openWithHub();
  const read = () => [freshness.getVersion('products'), freshness.getEpoch()] as const;
  let [version, epoch] = read();
  for (const [change, growsEpoch] of [
    [() => freshness.recordWrite('accounts'), true],
    [() => freshness.recordGraphChange(), true],
    [() => hub.publish(), false],
  ] as const) {
    change();
    const [nextVersion, nextEpoch] = read();
    expect(nextVersion).toBeGreaterThan(version);
    expect(nextEpoch > epoch).toBe(growsEpoch);
    [version, epoch] = [nextVersion, nextEpoch];
  }
});

test('listens to no notice after it is closed', () => {
  const { hub, freshness, mark } = openWithHub();
  freshness.close();
  hub.publish();
  expect(freshness.isFresh(mark)).toBe(true);
});
