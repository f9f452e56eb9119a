// What a person does on a page of the example, and sees there. The three pages are used in the same way.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export interface ShopPage {
  /** Of each product of the catalogue, from above: its name and its stock. */
  products: () => Promise<string[]>;
  /** Of each purchase, from above: what was bought, and what became of it. */
  purchases: () => Promise<string[]>;
  purchaseIds: () => Promise<(string | null)[]>;
  /** Asks for the next page of a list. */
  more: (part: 'Catalogue' | 'My purchases') => Promise<void>;
  hasMore: (part: 'Catalogue' | 'My purchases') => Promise<boolean>;
  fill: (values: Record<string, string>) => Promise<void>;
  click: (name: string) => Promise<void>;
  choose: (product: string) => Promise<void>;
  /** The labels of the fields that are marked. */
  markedFields: () => Promise<string[]>;
  /** The text of what the page tells. */
  text: () => Promise<string>;
  /** The session that the page keeps. */
  session: () => Promise<{ id: string; token: string }>;
}

export function useShop(page: Page): ShopPage {
  const part = (name: string) => page.getByRole('region', { name });
  const rows = async (name: string) => {
    const texts = await part(name).getByRole('listitem').allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').replace(/ Buy$/, ''));
  };
  return {
    products: () => rows('Catalogue'),
    purchases: () => rows('My purchases'),
    purchaseIds: async () => {
      const found = await part('My purchases').getByRole('listitem').all();
      return Promise.all(found.map((row) => row.getAttribute('data-id')));
    },
    more: (name) => part(name).getByRole('button', { name: 'More' }).click(),
    hasMore: (name) => part(name).getByRole('button', { name: 'More' }).isVisible(),
    fill: async (values) => {
      for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(value);
    },
    click: (name) => page.getByRole('button', { name, exact: true }).click(),
    choose: (product) =>
      part('Catalogue')
        .getByRole('listitem')
        .filter({ hasText: product })
        .getByRole('button', { name: 'Buy' })
        .click(),
    markedFields: () => page.locator('.field:has([aria-invalid="true"]) label').allInnerTexts(),
    text: async () => (await page.locator('main').innerText()).replaceAll(/\s+/g, ' '),
    session: async () => {
      const { origins } = await page.context().storageState();
      const kept = origins[0]?.localStorage.find(({ name }) => name === 'tributary.session');
      return JSON.parse(kept?.value ?? 'null');
    },
  };
}

/** Of a page that asks a graph: a machine with other work takes its time. */
export const eventually = <Value>(read: () => Promise<Value>) => expect.poll(read, { timeout: 30_000 });
