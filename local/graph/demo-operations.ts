// The operations of the demo data. Where the demo data may be, they are trusted beside those of clients, so that the first look is
// the same with TRUSTED_DOCUMENTS=true.
import type { Environment } from '../../platform/process/environment.ts';
import { forbidsPublicPasswords } from '../../platform/process/exposure.ts';
import { firstPurchase } from './first-purchase.ts';

/** The query that the summary shows: one response from four databases. */
export const demoQuery =
  'query Demo { me { name purchases(first: 3) { edges { node { status total { amount currency } payment { status } lines { quantity product { name stock } } } } } } }';

export const findProducts =
  'query DemoProducts { products(first: 2, filter: { inStock: true }) { edges { node { id } } } }';
export const buy = 'mutation DemoBuy($input: PurchaseInput!) { purchase(input: $input) { id } }';
export const findPurchases = 'query DemoPurchases { me { purchases(first: 1) { edges { cursor } } } }';
export const signIn =
  'mutation DemoSignIn($input: CreateSessionInput!) { createSession(input: $input) { token } }';

/**
 * The operations that are trusted where the demo data may be: those of this file, and those with which README.md begins. One of these has
 * the id of a payment in its text, so that no text of it can be registered.
 */
export function listDemoOperations(environment: Environment): readonly string[] {
  if (forbidsPublicPasswords(environment)) return [];
  const firstSteps = firstPurchase.tabs.filter((text) => !text.includes('{{'));
  return [demoQuery, findProducts, buy, findPurchases, signIn, ...firstSteps];
}
