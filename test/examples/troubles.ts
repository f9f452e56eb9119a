// What a person sees on a page of the example when answers are lost, and that no order is bought twice for it. The graph runs every
// request; only what the page hears of it is changed.
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session, World } from '../support/world.ts';
import { eventually, type ShopPage, useShop } from './shop-page.ts';

/** Declares the tests in the current `describe`. */
export function testTroubles(world: World, openPage: () => Promise<Page>): void {
  let page: Page;
  let shop: ShopPage;
  let session: Session;
  beforeAll(async () => {
    page = await openPage();
    shop = useShop(page);
    await shop.click('I have no account');
    const Email = `${randomUUID()}@example.com`;
    await shop.fill({ Name: 'Ada Lovelace', Email, Password: 'correct horse battery' });
    await shop.click('Create account');
    await page.getByText('Nothing yet.').waitFor();
    session = { ...(await shop.session()), accountId: '' };
  });
  afterAll(() => page.context().close());

  const fail = (code: string) => () => ({
    data: { purchase: null },
    errors: [{ message: code, extensions: { code } }],
  });
  const leaveUnderWay = ({ data }: { data: { purchase: object } }) => ({
    data: { purchase: { ...data.purchase, status: 'CONFIRMED' } },
  });
  const countPurchases = async () => {
    const { me } = await world.data('{ me { purchases { edges { node { id } } } } }', {}, session);
    return me.purchases.edges.length;
  };

  test.each([
    ['SUBGRAPH_UNAVAILABLE', fail('SUBGRAPH_UNAVAILABLE')],
    ['INTERNAL_SERVER_ERROR', fail('INTERNAL_SERVER_ERROR')],
    ['OVERLOADED', fail('OVERLOADED')],
    ['UNAUTHENTICATED', fail('UNAUTHENTICATED')],
    ['no answer', undefined],
    ['a purchase under way', leaveUnderWay],
  ])('pays once when it pays again after %s, and anew after a final answer', async (_name, change) => {
    const before = await countPurchases();
    await page.route(world.url(), async (route) => {
      if (!route.request().postData()?.includes('mutation Buy')) return route.continue();
      const response = await route.fetch();
      if (change === undefined) return route.abort();
      await route.fulfill({ response, json: change(await response.json()) });
    });
    await shop.choose('Teapot');
    await shop.click('Pay');
    await eventually(countPurchases).toBe(before + 1);
    await eventually(() => page.getByRole('button', { name: 'Pay' }).isEnabled()).toBe(true);
    await page.unroute(world.url());
    // A form that was closed knows the order still.
    await shop.click('Close');
    await shop.choose('Teapot');
    await shop.click('Pay');
    await eventually(() => shop.text()).toContain('Bought, and paid.');
    expect(await countPurchases()).toBe(before + 1);
    await shop.click('Pay');
    await eventually(countPurchases).toBe(before + 2);
    await eventually(() => shop.text()).toContain('Bought, and paid.');
    await shop.click('Close');
  });

  test('marks a quantity that is no whole number, and sends nothing', async () => {
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    const buys = () => sent.filter((body) => body.includes('mutation Buy'));
    await shop.choose('Teapot');
    for (const Quantity of ['1.5', '3000000000']) {
      await shop.fill({ Quantity });
      await shop.click('Pay');
      await eventually(() => shop.markedFields()).toEqual(['Quantity']);
    }
    expect(buys()).toEqual([]);
    await shop.click('Close');
  });

  test('keeps a long word of a name inside of each card', async () => {
    await world.product({ name: 'W'.repeat(100) });
    await page.reload();
    await shop.choose('WWW');
    await shop.click('Pay');
    await eventually(async () => (await shop.purchases())[0]).toContain('WWW');
    const widths = await page
      .locator('section')
      .evaluateAll((cards) => cards.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth));
    expect(widths).toEqual([0, 0, 0]);
  });

  test('explains a refusal that came as application/json with the status of an error', async () => {
    const errors = [{ message: 'Registered only.', extensions: { code: 'OPERATION_NOT_REGISTERED' } }];
    await page.route(world.url(), (route) => route.fulfill({ status: 403, json: { errors } }));
    await page.reload();
    await eventually(() => shop.text()).toContain('Registered only.');
    await page.unroute(world.url());
  });

  test('lets the viewer sign out of a graph that is down', async () => {
    await page.route(world.url(), (route) => route.abort());
    await page.reload();
    await eventually(() => shop.text()).toContain('The shop does not answer.');
    await shop.click('Sign out');
    await eventually(() => shop.text()).toContain('I have no account');
    expect(await shop.session()).toBeNull();
  });
}
