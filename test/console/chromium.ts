// A real browser that reaches this machine only. Debian's package `chromium` has it; .ci/run installs it.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const chromiumPath = places.find((path) => existsSync(path));

/** No name leads anywhere but to this machine, so that a request to another host fails and is seen. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
    args: [
      '--no-sandbox',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--disable-background-networking',
    ],
  });
}

export interface Seen {
  /** Requests to other origins than the page's own. */
  strangers: string[];
  /** Lines of the console that warn or report an error, and exceptions that nothing caught. */
  complaints: string[];
}

/** Collects what a page should not do, from now on. */
export function watchPage(page: Page, origin: string): Seen {
  const seen: Seen = { strangers: [], complaints: [] };
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) seen.strangers.push(url);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  return seen;
}
