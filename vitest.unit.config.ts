// The unit tests of `npm run check`, run as vitest.config.ts runs all tests, but without a PostgreSQL to wait for. A file
// that takes ten seconds and more is left to `npm test`.
import { defineConfig } from 'vitest/config';
import { findUnitTests } from './test/architecture/unit-tests.ts';
import { readSources } from './test/support/sources.ts';
import everything, { slowestFiles } from './vitest.config.ts';

export default defineConfig({
  test: {
    ...everything.test,
    include: findUnitTests(readSources(import.meta.dirname)).filter((path) => !slowestFiles.includes(path)),
    globalSetup: [],
  },
});
