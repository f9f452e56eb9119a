// The arithmetic and the texts of the benchmark's reports, from figures whose results are known.
import { describe, expect, test } from 'vitest';
import { formatEventsReport } from '../../bench/events/report.ts';
import { type Cell, type Figures, findRatio, median, percentile } from '../../bench/measure/figures.ts';
import { formatMemoryReport } from '../../bench/memory/report.ts';
import { readOptions } from '../../bench/options.ts';
import { formatReloadsReport } from '../../bench/reloads/report.ts';
import { drawChart } from '../../bench/report/chart.ts';
import { formatGatewayReport } from '../../bench/report/gateway.ts';
import { formatQueriesReport } from '../../bench/report/queries.ts';
import { formatTable } from '../../bench/report/table.ts';
import { formatTargetTable, isMet } from '../../bench/report/targets.ts';
import { formatSignInsReport } from '../../bench/sign-ins/report.ts';

const machine = { cores: 2, model: 'a processor', node: '24.0.0', loadBefore: 0.25 };

function cell(subject: string, clients: number, cpuMs: readonly number[], rest: Partial<Figures> = {}): Cell {
  const figures = { perSecond: 100, p50: 2, p99: 5, statements: 1.5, rssMb: 80, ...rest };
  return {
    subject,
    query: 'main-journey',
    clients,
    rounds: cpuMs.map((value) => ({ ...figures, cpuMs: value })),
  };
}

describe('the arithmetic', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test.each([
    [0.5, hundred, 50],
    [0.99, hundred, 99],
    [1, hundred, 100],
    [0, hundred, 1],
    [0.99, [3], 3],
    [0.99, [1, 9, 2], 9],
  ])('takes the percentile %d of sorted values by nearest rank', (part, values, expected) => {
    expect(percentile(values, part)).toBe(expected);
    expect(percentile(Float64Array.from(values), part)).toBe(expected);
  });

  test('returns NaN for the percentile and the median of no values', () => {
    expect(percentile([], 0.5)).toBeNaN();
    expect(median([])).toBeNaN();
  });

  test('takes the middle round as median, or the mean of the middle two', () => {
    expect(median([10, 1, 2])).toBe(2);
    expect(median([10, 1, 2, 4])).toBe(3);
  });

  test('compares round with round, so that a round that is slow for both does not change the ratio', () => {
    const oneProcess = cell('one-process', 16, [1, 10, 1]);
    const floor = cell('floor', 16, [2, 20, 2]);
    expect(findRatio(oneProcess, floor, 'cpuMs')).toBe(0.5);
    expect(findRatio(oneProcess, cell('floor', 16, [4, 2]), 'cpuMs')).toBe((0.25 + 5) / 2);
    expect(findRatio(oneProcess, undefined, 'cpuMs')).toBeUndefined();
  });
});

test('a table has a row for each subject, with medians and the ratio to Tributary', () => {
  const cells = [
    cell('one-process', 16, [1, 1.2, 1.1], { p50: 10, perSecond: 900.4 }),
    cell('floor', 16, [0.5, 0.6, 0.55]),
  ];
  const table = formatTable(cells, {
    query: 'main-journey',
    base: 'one-process',
    titleOf: (name) => `the ${name}`,
    hasStatements: true,
  });
  expect(table.split('\n').slice(2)).toEqual([
    '| 16 | the one-process | 900 | 10.00 | 5.00 | 1.10 | 1.00 | 1.50 | 80 |',
    '| 16 | the floor | 100 | 2.00 | 5.00 | 0.55 | 0.50 | 1.50 | 80 |',
  ]);
});

test('a target is met or missed by a percentage, or not measured', () => {
  const targets = [
    { text: 'a', limit: 0.75, figure: 0.6 },
    { text: 'b', limit: 0.75, figure: 0.9 },
    { text: 'c', limit: 2, isAtLeast: true, figure: 3 },
    { text: 'd', limit: 2, isAtLeast: true, figure: 1 },
    { text: 'e', limit: 2, figure: 2 },
    { text: 'f', limit: 2, figure: undefined },
    { text: 'g', limit: 2, figure: Number.NaN },
  ];
  expect(targets.map(isMet)).toEqual([true, false, true, false, true, undefined, undefined]);
  expect(formatTargetTable(targets)).toBe(
    [
      '| target | | measured | |',
      '|---|---:|---:|---|',
      '| a | ≤ 0.75 | 0.60 | met, 20 % better |',
      '| b | ≤ 0.75 | 0.90 | **not met**, 20 % worse |',
      '| c | ≥ 2.00 | 3.00 | met, 50 % better |',
      '| d | ≥ 2.00 | 1.00 | **not met**, 50 % worse |',
      '| e | ≤ 2.00 | 2.00 | met, 0 % better |',
      '| f | ≤ 2.00 | not measured | |',
      '| g | ≤ 2.00 | not measured | |',
      '',
      '3 of 7 are met.',
    ].join('\n'),
  );
});

test('the report of queries compares the figures with every target', () => {
  const both = [1, 16, 64].flatMap((clients) => [
    cell('one-process', clients, [1, 1, 1], { p50: 1, p99: 4 }),
    cell('usual', clients, [12, 12, 12]),
    cell('joins', clients, [1, 1.25, 1.6]),
  ]);
  const { text, svg } = formatQueriesReport({ cells: both, windowMs: 700, machine });
  const verdicts = text.split('\n').filter((line) => /^\| .* \| [≤≥] /.test(line));
  expect(verdicts).toHaveLength(20);
  expect(verdicts).toContain(
    '| one process, of the usual stack, 1 client | ≤ 0.111 | 0.083 | met, 25 % better |',
  );
  expect(verdicts).toContain(
    '| one process, of the monolith with flat joins, 16 clients | ≤ 0.75 | 0.80 | **not met**, 7 % worse |',
  );
  expect(verdicts).toContain(
    '| one process, p99 of p50, main-journey, 16 clients | ≤ 3.00 | 4.00 | **not met**, 33 % worse |',
  );
  expect(verdicts).toContain('| one process, of the bare floor, 16 clients | ≤ 1.50 | not measured | |');
  expect(svg?.match(/<rect /g)).toHaveLength(1 + 3 + both.length);
});

test('the report of gateways compares throughput, for which a higher figure is better', () => {
  const cells = ['tributary', 'hive-rust'].map((subject) => ({
    ...cell(subject, 50, [1, 1], { perSecond: subject === 'tributary' ? 300 : 100 }),
    query: 'own-pages',
  }));
  const { text } = formatGatewayReport({ cells, windowMs: 1000, machine });
  expect(text).toContain('nothing alike to be sent once, 50 clients | ≥ 2.00 | 3.00 | met, 50 % better |');
});

test('a chart draws every value to the scale of its panel, and escapes names', () => {
  const svg = drawChart({
    title: 'a < b & c',
    unit: 'ms',
    series: ['1 client', '16 clients'],
    panels: [
      {
        title: 'one',
        groups: [
          { label: 'ours <script>', isOurs: true, values: [1, 2] },
          { label: 'theirs', isOurs: false, values: [4, Number.NaN] },
        ],
      },
    ],
  });
  const lengths = [...svg.matchAll(/<rect x="320" [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
  expect(lengths[0]).toBeGreaterThan(50);
  expect(lengths.map((length) => length / (lengths[0] ?? 1)).map(Math.round)).toEqual([1, 2, 4]);
  expect(svg).toContain('a &lt; b &amp; c');
  expect(svg).not.toContain('<script>');
});

test('only a run of a whole part counts as a result', () => {
  expect(readOptions([])).toMatchObject({
    parts: ['queries', 'gateway', 'checkout', 'sign-ins'],
    isWhole: true,
  });
  expect(readOptions(['--only', 'gateway'])).toMatchObject({ parts: ['gateway'], isWhole: true });
  for (const args of [['--quick'], ['--subjects', 'floor'], ['--clients', '1,16'], ['--rounds', '2']])
    expect(readOptions(args).isWhole).toBe(false);
  expect(() => readOptions(['--only', 'queues'])).toThrow('There is no part "queues"');
});

test('the report of memory lists each kind of request, and the growth since the end of the warm-up', () => {
  const buildMeasurement = (kind: 'usual' | 'unique', asked: number, heapMiB: number) => ({
    kind,
    asked,
    heap: heapMiB * 1_048_576,
    rss: 300 * 1_048_576,
  });
  const lines = [
    buildMeasurement('usual', 20, 60),
    buildMeasurement('usual', 40, 61.5),
    buildMeasurement('unique', 5, 70),
    buildMeasurement('unique', 10, 69),
  ];
  const text = formatMemoryReport([...lines, buildMeasurement('usual', 60, 69.25)], machine);
  expect(text.split('\n').filter((line) => line.startsWith('| '))).toEqual([
    '| | requests | heap MiB | RSS MiB |',
    '| three queries | 20 | 60.0 | 300.0 |',
    '| three queries | 40 | 61.5 | 300.0 |',
    '| no two alike: planned over three subgraphs | 5 | 70.0 | 300.0 |',
    '| no two alike: planned over three subgraphs | 10 | 69.0 | 300.0 |',
    '| three queries | 60 | 69.3 | 300.0 |',
  ]);
  expect(text).toContain('From request 20 to request 40 the heap changed by +1.5 MiB.');
  expect(text).toContain('unique 1.00, met.');
});

test('the report of the sign-ins compares each window with the quiet one before it', () => {
  const round = (quietMs: number, stormMs: number) => ({
    quiet: { p50: 1, p99: quietMs },
    storm: { p50: 2, p99: stormMs },
    counts: { hashed: 30, overloaded: 400, other: 0 },
    honestMs: [80, 90, 100],
  });
  const report = (stormMs: number) => {
    const rounds = [round(10, stormMs), round(100, 10 * stormMs), round(10, stormMs)];
    return formatSignInsReport([{ clients: 500, addresses: 1, rounds }], machine);
  };
  expect(report(20)).toContain('| 500 | 1 | 10.0 | 20.0 | 2.00 | 1.0 | 2.0 | 30 | 400 | 0 | 90 |');
  expect(report(20)).toContain('within 3 times: met.');
  expect(report(40)).toContain('within 3 times: not met.');
});

test('the report of reloads compares the heap after the last ones with that after the first ones', () => {
  const mebibyte = 1_048_576;
  const format = (last: number) => {
    const lines = [80, 84, last].map((heap, index) => ({
      reloads: 50 * (index + 1),
      answered: 200,
      reloadMs: 300,
      heap: heap * mebibyte,
      rss: 500 * mebibyte,
    }));
    return formatReloadsReport(lines, 256, machine);
  };
  expect(format(85)).toContain('| 150 | 200 | 300 | 85.0 | 500.0 |');
  expect(format(85)).toMatch(/is 1\.06 times .*: met\.$/m);
  expect(format(120)).toMatch(/is 1\.50 times .*: not met\.$/m);
});

test('the report of events says which aims are met', () => {
  const figures = {
    cpuMs: { published: 0.5, changed: 0.375 },
    inProcess: { p50: 1.5, p99: 10 },
    http: { p50: 6, p99: 40 },
    drained: 20_000,
    caughtUp: 4_000,
    events: 100_000,
    retention: { perSecond: 810, deadRows: 0, emptied: 30 },
    minutes: 10,
  };
  const text = formatEventsReport(figures, machine);
  expect(text).toContain('| commit to effect over HTTP, p50 ms | ≤ 5.00 | 6.00 | **not met**, 20 % worse |');
  expect(text).toContain('| events/s of one follower | ≥ 10000.00 | 20000.00 | met, 100 % better |');
  expect(text).toContain('6 of 8 are met.');
  expect(text).toContain('A change with its event costs 0.50 CPU-ms, and 0.38 without.');
});
