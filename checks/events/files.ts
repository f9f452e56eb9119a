// The files that follow from the declared events. `npm run events` writes them, and compares them with --check.
import { asyncApiPath, buildAsyncApi } from './asyncapi.ts';
import type { Publisher } from './catalogue.ts';
import { writeTables } from './catalogue-pages.ts';

export const eventsPagePath = 'docs/events.md';

/** By their paths from the root. `page` is docs/events.md as it is: people write all of it but the tables. */
export function buildEventFiles(publishers: readonly Publisher[], page: string): Record<string, string> {
  return {
    [asyncApiPath]: `${JSON.stringify(buildAsyncApi(publishers), null, 2)}\n`,
    [eventsPagePath]: writeTables(page, publishers),
  };
}
