// The address of the graph, opened in a real browser that reaches no other host: GraphiQL opens, and its tabs are a first purchase.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareDemo } from '../../local/graph/demo.ts';
import { createBundleFinder } from '../../platform/console/bundle.ts';
import { required } from '../support/required.ts';
import { openWorld } from '../support/world.ts';
import { chromiumPath, openChromium, type Seen, watchPage } from './chromium.ts';

describe.skipIf(chromiumPath === undefined)('in Chromium', () => {
  const world = openWorld('one process', 'databases');
  let browser: Browser | undefined;
  let page: Page;
  let seen: Seen;
  beforeAll(async () => {
    await createBundleFinder()();
    await prepareDemo({ gateway: { url: world.url() }, subgraphs: world.subgraphs() });
    browser = await openChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(50_000);
    seen = watchPage(page, new URL(world.url()).origin);
    await page.goto(new URL('/', world.url()).href);
    // The build comes first, and a machine with other work takes its time.
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
  });

  /** Of what is on the screen, with single spaces: the editor wraps its lines. */
  async function textOf(selector: string): Promise<string> {
    const text = await page.locator(selector).innerText();
    return text.replaceAll(/\s+/g, ' ');
  }

  async function run(): Promise<unknown> {
    const answered = page.waitForResponse(
      (response) =>
        response.request().method() === 'POST' && !response.request().postData()?.includes('__schema'),
    );
    await page.getByRole('button', { name: /Execute query/ }).click();
    return (await answered).json();
  }

  async function runTab(name: string): Promise<unknown> {
    await page.getByRole('tab', { name }).click();
    await expect.poll(() => textOf('.graphiql-query-editor')).toContain(name);
    return run();
  }

  test('the first operation runs and shows data', async () => {
    await expect.poll(() => textOf('.graphiql-query-editor'), { timeout: 50_000 }).toContain('query Browse');
    expect(await run()).toMatchObject({ data: { products: { edges: { length: 5 } } } });
    await expect.poll(() => textOf('.graphiql-response')).toContain('"stock"');
  });

  test('a tab that needs the answer of another one says which', async () => {
    await page.getByRole('tab', { name: 'Refund' }).click();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await expect.poll(() => textOf('.graphiql-response')).toContain('run Look first');
  });

  test('sign in, buy, look and refund work one after the other, without a word typed', async () => {
    expect(await runTab('SignIn')).toMatchObject({ data: { createSession: { token: expect.any(String) } } });
    await expect.poll(() => textOf('.status')).toContain('Signed in');
    expect(await runTab('Buy')).toMatchObject({ data: { purchase: { status: 'COMPLETED' } } });
    expect(await runTab('Look')).toMatchObject({ data: { me: { name: 'Grace Hopper' } } });
    expect(await runTab('Refund')).toMatchObject({ data: { refundPayment: { status: 'REFUNDED' } } });
  });

  test('the schema and its descriptions are there, and a link to Apollo Sandbox', async () => {
    await page.getByRole('button', { name: /Documentation Explorer/ }).click();
    await expect.poll(() => textOf('.graphiql-doc-explorer')).toContain('PurchaseStatus');
    const link = await page.getByRole('link', { name: /Apollo Sandbox/ }).getAttribute('href');
    expect(link).toBe(
      `https://studio.apollographql.com/sandbox/explorer?endpoint=${encodeURIComponent(world.url())}`,
    );
  });

  test('nothing came from another host, and the console stayed empty', () => {
    expect(seen).toEqual({ strangers: [], complaints: [] });
    expect(required(browser, 'opened in beforeAll').isConnected()).toBe(true);
  });
});
