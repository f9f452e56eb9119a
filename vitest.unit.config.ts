// Runs the unit tests of `npm run check` as vitest.config.ts runs all tests, but without starting PostgreSQL. A file that takes
// ten seconds or more runs only in `npm test`.
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
