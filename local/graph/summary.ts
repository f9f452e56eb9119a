// The output of `npm start` in a terminal: each step with its time, and a summary of addresses and first queries.
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import type { Identity } from './alone.ts';
import { demoLogin } from './demo.ts';
import { demoQuery } from './demo-operations.ts';
import { testCards } from './first-purchase.ts';

/** Creates a function that prints each step with the milliseconds since the step before. */
export function createStepPrinter(print: (line: string) => void): (step: string) => void {
  let last = performance.now();
  return (step) => {
    const now = performance.now();
    print(`${String(Math.round(now - last)).padStart(6)} ms  ${step}`);
    last = now;
  };
}

export function formatSummary(graph: {
  url: string;
  token: string | undefined;
  urls: ReadonlyMap<string, DatabaseUrls>;
  /** A token that only this start knows. */
  operatorToken: string | undefined;
  /** The names of the operations that are answered; undefined where each is. */
  registered?: readonly string[] | undefined;
}): string {
  const { url, token, urls, operatorToken, registered } = graph;
  const total = `ready after ${(process.uptime() * 1000).toFixed(0)} ms; Ctrl-C stops everything`;
  const lines = [
    '',
    total,
    '',
    `  graph    ${url}  (open it in a browser: GraphiQL, with a first purchase in its tabs)`,
    `  health   ${new URL('/health/ready', url)}`,
  ];
  if (operatorToken !== undefined)
    lines.push(`           with its details: authorization: Bearer ${operatorToken}`);
  if (registered !== undefined)
    lines.push(`  answers  these operations and no others (TRUSTED_DOCUMENTS): ${registered.join(', ')}`);
  for (const [name, { runtime }] of urls) lines.push(`  database ${name}: ${removePassword(runtime)}`);
  if (token !== undefined) {
    lines.push(`  login    ${demoLogin.email} / ${demoLogin.password}  (staff: grace@example.com)`);
    lines.push('  cards    for paymentToken of the mutation purchase; README.md has a first purchase:');
    lines.push(...testCards.map(({ token, effect }) => `           ${token.padEnd(12)} ${effect}`));
    lines.push('', 'One query, four databases:', '', formatCurl(url, token));
  }
  return `${lines.join('\n')}\n`;
}

export function formatSummaryAlone({
  url,
  identities,
}: {
  url: string;
  identities: readonly Identity[];
}): string {
  const lines = [
    '',
    `  subgraph ${url}  (open it in a browser: GraphiQL)`,
    '',
    'It answers signed callers only. Set a header, in GraphiQL or curl, to ask as',
  ];
  for (const { who, authorization } of identities)
    lines.push('', `${who}:`, `  authorization: ${authorization}`);
  return `${lines.join('\n')}\n`;
}

function formatCurl(url: string, token: string): string {
  const body = JSON.stringify({ query: demoQuery });
  return [
    `curl -s ${url} \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H 'authorization: Bearer ${token}' \\`,
    `  -d '${body}'`,
  ].join('\n');
}

function removePassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  return shown.href;
}
