// The rule that keeps `npm run sql:check` complete: a subgraph sends declared statements and no others. statement-rules.test.ts
// applies it to this repository, and shows on made-up sources that it can fail.
import type { Source } from './imports.ts';

/** Ways to send SQL of which the check knows nothing; `.query(name.text` sends the text of a declared statement. */
const unchecked = [
  /\.query\b(?!\(\s*\w+\.text\b)/g,
  /\[\s*['"`]query['"`]\s*\]/g,
  /\bquery\b[^{}=;]*\}\s*(?::[^=;]*)?=\s*[\w.]*\b(?:db|tx|ctx|manager)\b/g,
  /\.(?:createQueryBuilder|createQueryRunner)\b/g,
  /\.sql`/g,
];

/** Migrations run in test/platform/migrations/migrate.test.ts; they make the tables that statements are checked against. */
export function uncheckedStatements(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.startsWith('subgraphs/') && !path.includes('/migrations/'))
    .flatMap(({ path, text }) =>
      unchecked.flatMap((pattern) =>
        [...text.matchAll(pattern)].map(({ index }) => {
          const line = text.slice(0, index).split('\n').length;
          return `${path}:${line}: declare the statement, so that npm run sql:check sees it (docs/sql.md)`;
        }),
      ),
    );
}
