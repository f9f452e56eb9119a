// The page is the one that Apollo Server renders; these tests hold what the servers here rely on.
import { expect, test } from 'vitest';
import { renderLandingPage } from '../../../platform/http/landing-page.ts';

test('is one whole page of HTML that opens Apollo Sandbox on the address that it is loaded from', async () => {
  const page = await renderLandingPage();
  expect(page.trim()).toMatch(/^<!DOCTYPE html>[\s\S]*<\/html>$/);
  expect(page).toMatch(/<script [^>]*src="https:\/\/embeddable-sandbox\.cdn\.apollographql\.com\//);
  expect(page).toContain('initialEndpoint = window.location.href');
});

test('sends no cookies to the endpoint unless its user asks for it', async () => {
  expect(await renderLandingPage()).toContain('"includeCookies":false');
});

test('gives every script and style of its own the nonce that its Content Security Policy allows', async () => {
  const page = await renderLandingPage();
  const [, allowed] = /script-src [^;]*'nonce-([0-9a-f]+)'/.exec(page) ?? [];
  expect(allowed).toMatch(/^[0-9a-f]{64}$/);
  const tags = [...page.matchAll(/<(?:script|style)\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
  expect(tags.length).toBeGreaterThan(2);
  for (const attributes of tags) expect(attributes).toMatch(new RegExp(`nonce="?${allowed}\\b`));
});
