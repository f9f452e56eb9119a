// A schema file changes while requests run, in one process and in many: a valid change is served within a second, an invalid one is
// reported, and no request fails.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { required } from '../../support/required.ts';
import type { Mode } from '../../support/world.ts';
import { type ChangingWorld, openChangingWorld, type Reply } from './reload-world.ts';

const schema = 'subgraphs/products/schema.graphql';
const field = '  "When it was made."\n  created_at: DateTime\n';
const addField = (sdl: string) => sdl.replace(/^type Product .*\{\n/m, `$&${field}`);
const removeField = (sdl: string) => sdl.replace(field, '');

const everything =
  '{ me { name purchases(first: 1) { edges { node { id } } } } products(first: 2) { edges { node { name } } } }';
const changing = '{ products(first: 1) { edges { node { created_at } } } }';

/** Asks on and on, several at once, until stopped; answers how often it asked, and every answer that was not whole. */
function askOn(ask: () => Promise<Reply>): { stop: () => Promise<{ asked: number; failed: unknown[] }> } {
  let isOver = false;
  let asked = 0;
  const failed: unknown[] = [];
  const runner = async () => {
    while (!isOver) {
      const reply = await ask().catch((cause: unknown) => ({ status: 0, body: { errors: [String(cause)] } }));
      asked += 1;
      if (reply.status !== 200 || reply.body.errors !== undefined) failed.push(reply);
    }
  };
  const runners = Array.from({ length: 4 }, runner);
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(runners);
      return { asked, failed };
    },
  };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  await expect.poll(isTrue, { timeout: 5_000, interval: 10 }).toBe(true);
}

describe.each<Mode>(['one process', 'processes'])('in %s', (mode) => {
  let opened: ChangingWorld | undefined;
  let token = '';
  const world = () => required(opened, 'opened in beforeAll');
  const whole = async () => {
    const { status, body } = await world().ask(changing);
    return status === 200 && body.errors === undefined;
  };
  const unknown = async () => (await world().ask(changing)).body.errors?.[0]?.extensions.code;
  beforeAll(async () => {
    opened = await openChangingWorld(mode);
    token = await opened.signIn();
  });
  afterAll(async () => {
    expect(await opened?.close()).toEqual([]);
  });

  test('a new field is served within a second, and no request under way fails', async () => {
    expect(await unknown()).toBe('GRAPHQL_VALIDATION_FAILED');
    const requests = askOn(() => world().ask(everything, token));
    world().edit(schema, addField);
    await until(whole);
    const { asked, failed } = await requests.stop();
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(3);
    const { body } = await world().ask(changing);
    expect(JSON.stringify(body.data)).toMatch(/"created_at":"\d{4}-\d\d-\d\dT/);
  });

  test('an invalid change is reported with its line, and the old schema is still served', async () => {
    const requests = askOn(() => world().ask(everything, token));
    const fresh = askOn(() => world().ask(changing));
    world().edit(schema, (sdl) => `${sdl}\ntype Broken {\n  field: \n}\n`);
    const reported = /schema\.graphql:\d+: Syntax Error: .+\. Correct the SDL there\./;
    await expect.poll(() => world().said('gateway'), { timeout: 5_000 }).toMatch(reported);
    await expect.poll(() => world().said('products'), { timeout: 5_000 }).toMatch(reported);
    expect(await whole()).toBe(true);
    world().edit(schema, (sdl) => sdl.replace(/\ntype Broken .*/s, ''));
    await expect
      .poll(() => world().said('gateway'))
      .toContain('the graph is valid again and was not changed');
    expect([await requests.stop(), await fresh.stop()]).toMatchObject([{ failed: [] }, { failed: [] }]);
  });

  test('a root field without a resolver is reported by its subgraph', async () => {
    const addRoot = (sdl: string) => sdl.replace(/^type Query \{\n/m, '$&  fresh: Int\n');
    world().edit(schema, addRoot);
    await expect
      .poll(() => world().said('products'), { timeout: 5_000 })
      .toMatch(/schema\.graphql:\d+: Query\.fresh has no resolver\. Write it, and start again/);
    expect(await whole()).toBe(true);
    world().edit(schema, (sdl) => sdl.replace('  fresh: Int\n', ''));
  });

  test('a field that is removed is answered whole until it is refused as unknown', async () => {
    const requests = askOn(() => world().ask(everything, token));
    const halves: Reply[] = [];
    world().edit(schema, removeField);
    await until(async () => {
      const reply = await world().ask(changing);
      if (reply.status === 200 && reply.body.errors !== undefined) halves.push(reply);
      return reply.status === 400;
    });
    expect(await unknown()).toBe('GRAPHQL_VALIDATION_FAILED');
    expect([halves, (await requests.stop()).failed]).toEqual([[], []]);
  });
});
