// The example for front-ends in a real browser, from another origin than the graph: the same shop on Apollo Client, urql and Relay.
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openChromium, type Seen, watchPage } from '../console/chromium.ts';
import { required } from '../support/required.ts';
import { openWorld } from '../support/world.ts';
import { type BuiltPages, buildPages, checkTypes, isExampleInstalled } from './built-pages.ts';
import { eventually, type ShopPage, useShop } from './shop-page.ts';
import { testTroubles } from './troubles.ts';

const clients = [
  { client: 'Apollo Client', path: 'apollo.html' },
  { client: 'urql', path: 'urql.html' },
  { client: 'Relay', path: 'relay.html' },
];

describe.skipIf(chromiumPath === undefined || !isExampleInstalled)('in Chromium', () => {
  const world = openWorld('one process', 'databases');
  let pages: BuiltPages | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    [pages] = await Promise.all([buildPages(world.url()), createCatalogue()]);
    browser = await openChromium();
    // The build comes first, and a machine with other work takes its time.
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  async function createCatalogue(): Promise<void> {
    for (const name of ['Cup', 'Plate', 'Bowl', 'Jug', 'Tray', 'Spoon', 'Kettle', 'Teapot'])
      await world.product({ name, stock: 100 });
  }

  test('its types fit the schema', checkTypes);

  describe.each(clients)('$client', ({ path }) => {
    const person = {
      Name: 'Ada Lovelace',
      Email: `${randomUUID()}@example.com`,
      Password: 'correct horse battery',
    };
    const { Name, ...login } = person;
    let page: Page;
    let seen: Seen;
    let shop: ShopPage;
    const sent: string[] = [];
    beforeAll(async () => {
      const context = await required(browser, 'opened before').newContext();
      page = await context.newPage();
      const { origin } = required(pages, 'built before');
      seen = watchPage(page, origin);
      page.on('request', (request) => sent.push(request.postData() ?? ''));
      shop = useShop(page);
      await page.goto(`${origin}/${path}`);
    });
    afterAll(() => page.context().close());

    const names = async () => (await shop.products()).map((text) => text.split(' ')[0]);

    test('shows the catalogue page by page, and each product once', async () => {
      await eventually(names).toEqual(['Teapot', 'Kettle', 'Spoon', 'Tray', 'Jug', 'Bowl']);
      await shop.more('Catalogue');
      await eventually(names).toEqual(['Teapot', 'Kettle', 'Spoon', 'Tray', 'Jug', 'Bowl', 'Plate', 'Cup']);
      expect(await shop.hasMore('Catalogue')).toBe(false);
    });

    test('marks each field of an account that is refused, and opens one when they are right', async () => {
      await shop.click('I have no account');
      await shop.fill({ Name, Email: 'wrong', Password: 'short' });
      await shop.click('Create account');
      await eventually(() => shop.markedFields()).toEqual(['Email', 'Password']);
      await shop.fill(login);
      await shop.click('Create account');
      await eventually(() => shop.text()).toContain('Signed in as Ada Lovelace');
    });

    test('marks a quantity that is refused, and tells that a card was declined', async () => {
      await shop.choose('Kettle');
      await shop.fill({ Quantity: '0' });
      await shop.click('Pay');
      await eventually(() => shop.markedFields()).toEqual(['Quantity']);
      await shop.fill({ Quantity: '1', Card: 'tok_decline' });
      await shop.click('Pay');
      await eventually(() => shop.text()).toContain('The card was declined. Nothing was charged');
      await eventually(() => shop.purchases()).toEqual([
        expect.stringMatching(/^1 × Kettle .* cancelled reason: payment declined payment: declined$/),
      ]);
    });

    test('buys: the purchase is on top with its lines and its payment, and the catalogue has less', async () => {
      const [, before] = /(\d+) in stock/.exec((await shop.products())[0] ?? '') ?? [];
      await shop.choose('Teapot');
      await shop.fill({ Quantity: '2' });
      await shop.click('Pay');
      await eventually(() => shop.text()).toContain('Bought, and paid.');
      await eventually(async () => (await shop.purchases())[0]).toMatch(
        /^2 × Teapot .* €25.00 completed payment: captured$/,
      );
      await eventually(async () => (await shop.products())[0]).toContain(
        `Teapot ${Number(before) - 2} in stock`,
      );
      expect(await shop.purchases()).toHaveLength(2);
    });

    test('opens again with the session it has, and shows older purchases once each', async () => {
      await buy(3, (await shop.session()).token);
      await page.reload();
      await eventually(() => shop.purchases()).toHaveLength(3);
      sent.length = 0;
      await shop.more('My purchases');
      await eventually(() => shop.purchases()).toHaveLength(5);
      expect(new Set(await shop.purchaseIds()).size).toBe(5);
      expect(await shop.hasMore('My purchases')).toBe(false);
      // Relay loads a further page of an object by its global id.
      expect(sent.some((body) => body.includes('node(id:'))).toBe(path === 'relay.html');
    });

    test('tells that its session has ended, shows what needs none, and lets the viewer sign in again', async () => {
      const { token } = await shop.session();
      await world.data('mutation { revokeAllSessions }', {}, { token, accountId: '' });
      await page.reload();
      await eventually(() => shop.text()).toContain('Your session has ended. Please sign in again.');
      await eventually(names).toContain('Teapot');
      await shop.fill({ ...login, Password: 'not the password' });
      await shop.click('Sign in');
      await eventually(() => shop.text()).toContain('The email address or the password is wrong.');
      await shop.fill(login);
      await shop.click('Sign in');
      await eventually(() => shop.purchases()).toHaveLength(3);
      await shop.click('Sign out');
      await eventually(() => shop.text()).toContain('I have no account');
      expect(await shop.session()).toBeNull();
    });

    test('the console stayed empty', () => {
      expect(seen.complaints).toEqual([]);
    });
  });

  describe('when the graph answers something else than what it did', () => {
    testTroubles(world, async () => {
      const page = await (await required(browser, 'opened before').newContext()).newPage();
      await page.goto(`${required(pages, 'built before').origin}/apollo.html`);
      return page;
    });
  });

  /** Buys so often, one unit of the newest product each time. */
  async function buy(times: number, token: string): Promise<void> {
    const { products } = await world.data('{ products(first: 1) { edges { node { id } } } }');
    for (let time = 0; time < times; time++) {
      const input = {
        lines: [{ productId: products.edges[0].node.id, quantity: 1 }],
        paymentToken: 'tok_approve',
        idempotencyKey: randomUUID(),
      };
      await world.data(
        'mutation ($input: PurchaseInput!) { purchase(input: $input) { id } }',
        { input },
        { token, accountId: '' },
      );
    }
  }
});
