// Checks the events that a subgraph has written against the schemas of their types.
import { expect } from 'vitest';
import type { SubgraphDefinition } from '../../../platform/subgraph/definition.ts';
import { query } from '../../support/databases.ts';

export interface StoredEvent {
  type: string;
  subject: string;
  version: number;
  traceparent: string | null;
  data: Record<string, unknown>;
}

export const eventsSql = (publisher: string) =>
  `SELECT type, subject, version, traceparent, data FROM ${publisher}.event ORDER BY position`;

/** Fails unless each event has the data that its type declares, and the versions of each subject begin at 1 and rise by 1. */
export async function checkEvents(
  { name, events }: Pick<SubgraphDefinition, 'name' | 'events'>,
  url: string,
): Promise<void> {
  if (events === undefined) return;
  const types = new Map(events.map((type) => [type.name, type]));
  const versions = new Map<string, number>();
  const stored: StoredEvent[] = await query(url, eventsSql(name));
  for (const { type, subject, version, data } of stored) {
    const result = types.get(type)?.data.safeParse(data);
    expect(result?.error?.issues ?? [], `${name} wrote ${type} of ${subject}`).toEqual([]);
    expect(result, `${name} declares ${type}`).toBeDefined();
    expect(version, `the version of ${type} of ${subject}`).toBe((versions.get(subject) ?? 0) + 1);
    versions.set(subject, version);
  }
}
