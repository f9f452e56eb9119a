// The ids between which a page of a time span is read, so that the index of the ids skips all rows of other times.
import { expect, test } from 'vitest';
import { parsePage } from '../../../platform/reads/connection.ts';
import { readFilteredPage } from '../../../platform/reads/filtered-list.ts';
import { purchaseListStatements } from '../../../subgraphs/purchases/purchase-list.ts';

/** Returns the two ids of the statement that reads the page. */
async function readBounds(created: { createdAfter?: Date; createdBefore?: Date }): Promise<unknown[]> {
  let sent: unknown[] = [];
  const query = async (_text: string, values: unknown[]) => {
    sent = values;
    return [];
  };
  const db = { query } as unknown as Parameters<typeof readFilteredPage>[0]['db'];
  await readFilteredPage(
    { db },
    purchaseListStatements,
    [null, null],
    created,
    parsePage({}, 'Query.purchases'),
  );
  return sent.slice(0, 2);
}

test('a time span narrows the ids to its own, with ten minutes on each side', async () => {
  const [createdAfter, createdBefore] = [new Date(0x019c00000000), new Date(0x019d00000000)];
  const margin = 600_000;
  const idAt = (timeMs: number) => {
    const text = timeMs.toString(16).padStart(12, '0');
    return `${text.slice(0, 8)}-${text.slice(8)}-7000-8000-000000000000`;
  };
  const [lower, upper] = [idAt(0x019c00000000 - margin), idAt(0x019d00000000 + margin)];
  expect(await readBounds({ createdAfter, createdBefore })).toEqual([upper, lower]);
  const [highest, lowest] = await readBounds({});
  expect(await readBounds({ createdAfter })).toEqual([highest, lower]);
  expect(await readBounds({ createdBefore })).toEqual([upper, lowest]);
});
