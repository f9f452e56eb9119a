// The specification GraphQL over HTTP, by the audits of its reference implementation. This file names the audits that are waived.
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SmallGraph } from '../small-graph.ts';
import { openEcho } from './wire.ts';

/** GET without a special header, as any page can send by a link or an image. It is optional, and off by default. */
const waivedWhenHardened = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

describe.each([
  ['open', []],
  ['hardened', waivedWhenHardened],
])('in the %s profile', (profile, waived) => {
  let graph: SmallGraph;
  beforeAll(async () => {
    graph = await openEcho({ HTTP_PROFILE: profile });
  });
  afterAll(() => graph.close());

  const audits = serverAudits({ url: () => graph.url, fetchFn: fetch });

  test('there are 61 audits, and those that are waived are among them', () => {
    expect(audits).toHaveLength(61);
    const names = audits.map(({ name }): string => name);
    expect(waived.filter((name) => !names.includes(name))).toEqual([]);
  });

  test.each(
    audits
      .filter(({ name }) => !waived.includes(name))
      .map((audit) => [audit.id, audit.name, audit] as const),
  )('passes audit %s: %s', async (_id, _name, audit) => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? 'ok' : `${result.name}: ${result.reason}`).toBe('ok');
  });

  test.each(
    audits.filter(({ name }) => waived.includes(name)).map((audit) => [audit.id, audit.name, audit] as const),
  )(
    'refuses with 400 what audit %s asks for, and that is all there is to it: %s',
    async (_id, _name, audit) => {
      const result = await audit.fn();
      expect(result).toMatchObject({ status: 'notice', reason: 'Response status code is not 200' });
      expect('response' in result && result.response.status).toBe(400);
    },
  );
});
