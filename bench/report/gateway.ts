// The report of workload 2: what a gateway costs by itself.
import type { Cell } from '../measure/figures.ts';
import type { Measured } from '../measure/measured.ts';
import { gateways } from '../workloads/gateway/subjects.ts';
import { drawChart } from './chart.ts';
import { buildCpuChart, removeDuplicates } from './panels.ts';
import { describeMeasurement, type Report } from './report.ts';
import { formatTable } from './table.ts';
import { buildRatioTargets, formatTargetTable, type Target } from './targets.ts';

const questions: Readonly<Record<string, string>> = {
  'same-page': 'All clients ask for the same page',
  'own-pages': 'Every client asks for another page: no two fetches under way are alike',
};

const getTitle = (subject: string) => gateways[subject]?.title ?? subject;
const getQuestionText = (query: string) => questions[query] ?? query;

export function formatGatewayReport(measured: Measured): Report {
  const { cells } = measured;
  const isOurs = (subject: string) => subject === 'tributary';
  const text = [
    '# What a gateway costs by itself',
    '',
    'Users, their reviews, the products of those and what is in stock of them, three levels deep, over four canned subgraphs (one',
    'plain node:http process that sends the same bytes for the same question). An answer has about 90 kB. CPU-ms a query are those',
    'of the gateway alone. All gateways gave the same answers beforehand, and pass one header on to the subgraphs, as all would.',
    '',
    describeMeasurement(measured),
    '',
    '![CPU-ms a query](gateway.svg)',
    '',
    '## Targets',
    '',
    formatTargetTable(listGatewayTargets(cells)),
    '',
    ...removeDuplicates(cells.map(({ query }) => query)).flatMap((query) => [
      `## ${getQuestionText(query)}`,
      '',
      formatTable(cells, { query, base: 'tributary', titleOf: getTitle, hasStatements: false }),
      '',
    ]),
    'Hive Gateway sends fetches that are alike and under way once by default; "answered once" also executes requests that are alike',
    'once, which it does where it is asked for. Grafbase is the gateway in its command line from npm, which is meant for development.',
    '',
  ].join('\n');
  return {
    text,
    svg: drawChart(
      buildCpuChart(cells, 'What a gateway costs by itself', {
        titleOf: getTitle,
        isOurs,
        sayQuestion: getQuestionText,
      }),
    ),
  };
}

/** Issue 6: at least twice the throughput of Hive Gateway with its Rust planner. */
export function listGatewayTargets(cells: readonly Cell[]): Target[] {
  const versus = (query: string, base: string, text: string) =>
    buildRatioTargets(cells, {
      subject: 'tributary',
      base,
      query,
      text,
      clients: [1, 50],
      figure: 'perSecond',
      limit: 2,
      isAtLeast: true,
    });
  return [
    ...versus(
      'own-pages',
      'hive-rust',
      'throughput, of Hive Gateway (Rust planner), nothing alike to be sent once',
    ),
    ...versus(
      'same-page',
      'hive-rust',
      'throughput, of Hive Gateway (Rust planner), both send once what they do by default',
    ),
    ...versus(
      'same-page',
      'hive-rust-once',
      'throughput, of Hive Gateway (Rust planner) that answers requests that are alike once',
    ),
  ];
}
