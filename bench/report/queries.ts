// The report of workload 1: targets, figures and a description of each subject.
import { type Cell, findCell } from '../measure/figures.ts';
import type { Measured } from '../measure/measured.ts';
import { definitions, getTitle } from '../workloads/shop/subjects.ts';
import { drawChart } from './chart.ts';
import { buildCpuChart, removeDuplicates } from './panels.ts';
import { describeMeasurement, type Report } from './report.ts';
import { formatTable } from './table.ts';
import { buildRatioTargets, buildTailTarget, formatTargetTable, type Target } from './targets.ts';

const questions: Readonly<Record<string, string>> = {
  'main-journey':
    'Main journey: an account, its first 20 purchases, their lines with products, and their payments',
  'one-field': 'One-field lookup: the name of one’s own account',
  'list-of-50': 'List of 50 purchases, with the product of each line',
};

const getQuestionText = (query: string) => questions[query] ?? query;

export function formatQueriesReport(measured: Measured): Report {
  const { cells } = measured;
  const queries = removeDuplicates(cells.map(({ query }) => query));
  const isOurs = (subject: string) => definitions[subject]?.isOurs === true;
  const text = [
    '# What a query costs',
    '',
    'CPU-ms a query are those of all processes of a subject and of PostgreSQL together. Every subject reads the same rows of one',
    'PostgreSQL server (not durable: nothing is written), and gave the same answers to the same clients before it was measured.',
    '',
    describeMeasurement(measured),
    '',
    '![CPU-ms a query](queries.svg)',
    '',
    '## Targets',
    '',
    formatTargetTable(listQueryTargets(cells)),
    '',
    ...queries.flatMap((query) => [
      `## ${getQuestionText(query)}`,
      '',
      formatTable(cells, { query, base: 'one-process', titleOf: getTitle, hasStatements: true }),
      '',
    ]),
    subjectsExplained,
  ].join('\n');
  const svg = drawChart(
    buildCpuChart(cells, 'What a query costs', { titleOf: getTitle, isOurs, sayQuestion: getQuestionText }),
  );
  return { text, svg };
}

/** Issue 6, as ratios of CPU-ms. */
export function listQueryTargets(cells: readonly Cell[]): Target[] {
  const all = [1, 16, 64];
  const journey = { query: 'main-journey', clients: all };
  const oneProcess = { subject: 'one-process', ...journey };
  const processes = { subject: 'processes', ...journey };
  const versus = (base: string, text: string, limit: number, rest: Partial<typeof oneProcess> = {}) =>
    buildRatioTargets(cells, { ...oneProcess, ...rest, base, text, limit });
  return [
    ...versus('usual', 'one process, of the usual stack', 1 / 9),
    ...versus('joins', 'one process, of the monolith with flat joins', 1.4, { clients: [1] }),
    ...versus('joins', 'one process, of the monolith with flat joins', 0.75, { clients: [16, 64] }),
    ...versus('floor', 'one process, of the bare floor', 1.5, { clients: [16] }),
    ...versus(
      'hive-rust',
      'processes, of Hive Gateway (Rust planner) over the same subgraphs',
      0.4,
      processes,
    ),
    ...versus('hive-usual', 'processes, of Hive Gateway (Rust planner) over usual subgraphs', 0.4, processes),
    ...versus('grafbase', 'processes, of Grafbase over the same subgraphs', 1, processes),
    ...removeDuplicates(cells.map(({ query }) => query)).map((query) =>
      buildTailTarget(
        findCell(cells, 'one-process', query, 16),
        `one process, p99 of p50, ${query}, 16 clients`,
        3,
      ),
    ),
    ...versus('floor', 'one process, of the bare floor, one-field lookup', 2, { query: 'one-field' }),
  ];
}

const subjectsExplained = `## Who is who

- **Tributary, one process**: \`npm start\` without its own PostgreSQL. In production settings: identity by session token, ownership
  checks, limits and deadlines are on; background work (sweeps) is off, since its statements would be counted as queries'.
- **Tributary, processes**: a process for each subgraph and one for the gateway, HTTP with signed identities, as in containers.
  An identity is signed and verified once in a minute for each session and subgraph, which takes 0.2 CPU-ms: 200 sessions ask in a
  window, and have asked just before it, as front-ends do that ask more than once a minute.
- **Usual stack**: standalone Apollo Servers with \`repository.find\` and DataLoader behind stock Apollo Gateway with its default data
  source. It believes the account id that the client sends: no session is looked up, nothing is checked.
- **Apollo Gateway, Hive Gateway, Grafbase over our subgraphs**: the same subgraph processes as Tributary has, which count for them too. They look
  up no session: their clients bring an identity that our gateway's key has signed, made beforehand, and they pass it on. Grafbase is the
  gateway in its command line from npm, which is meant for development; its makers publish the gateway alone outside of npm.
- **Hive Gateway over usual subgraphs**: the usual stack with Hive Gateway in front.
- **Monolith, flat joins**: one database with all tables, Apollo Server; session and account in one statement, a page of purchases with
  everything that is asked for in another.
- **Monolith, TypeORM relations**: the same with entities and \`find({ relations })\`.
- **Bare floor**: \`node:http\` and \`pg\`, our statements prepared and with no column too many, \`JSON.stringify\`. It looks the session up
  and does nothing else: no GraphQL, no checks, no limits.
`;
