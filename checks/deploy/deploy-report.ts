// The matrix of a deployment as text: rows are supergraphs, columns what runs; numbers lead to what breaks there.

import type { Verdict } from '../schema/report.ts';
import type { Cell, Matrix } from './matrix.ts';
import { isSafe, ordersFor, type Step, safeOrder } from './orders.ts';

const inOrder: Readonly<Record<Step['what'], string>> = {
  processes: 'processes first, then the supergraph',
  supergraph: 'supergraph first, then the processes',
};

/** Passes when the subgraph, A, can be deployed while all others stay as deployed; with anyOrder, in both orders. */
export function deployReport(
  matrix: Matrix,
  { heading, anyOrder }: { heading: string; anyOrder: boolean },
): Verdict {
  const name = namesOf(matrix, 'A');
  const orders = ordersFor(matrix, 'A', '');
  const notes = new Map<string, number>();
  const table = tableOf(matrix, notes);
  const passes = orders.length === 2 || (orders.length === 1 && !anyOrder);
  const unsafe = matrix.sets.flatMap((row) => matrix.sets.map((column) => matrix.cell(row, column)));
  return {
    lines: [
      heading,
      '',
      ...matrix.units.map(({ letter, subgraphs }) => `  ${letter}  ${subgraphs.join(', ')}`),
      '',
      ...table,
      ...(notes.size === 0 ? [] : ['']),
      ...[...notes].map(([text, number]) => `  ✗ ${number}  ${text}`),
      '',
      ...waysOf(matrix, name),
      '',
      `${name}: ${summaryOf(orders)}; ${unsafe.filter((cell) => !isSafe(cell)).length} of ${unsafe.length} mixtures break something. ${passes ? 'Passed' : 'Failed'}.`,
    ],
    passes,
  };
}

function summaryOf(orders: readonly Step['what'][]): string {
  const [only, other] = orders;
  if (only === undefined) return 'cannot be deployed now without breaking an operation';
  return other === undefined ? `can be deployed, ${inOrder[only]}` : 'can be deployed, in any order';
}

/** Each thing that breaks has a number; a cell names those that break in it. */
function tableOf(matrix: Matrix, notes: Map<string, number>): string[] {
  const { sets } = matrix;
  const mark = (cell: Cell): string => {
    if (isSafe(cell)) return 'safe';
    const numbers = textsOf(cell).map((text) => {
      const number = notes.get(text) ?? notes.size + 1;
      notes.set(text, number);
      return number;
    });
    return `✗ ${numbers.slice(0, 4).join(',')}${numbers.length > 4 ? '…' : ''}`;
  };
  const rows = sets.map((row) => [named(row), ...sets.map((column) => mark(matrix.cell(row, column)))]);
  const all = [['', 'new versions that run'], ['supergraph with', ...sets.map(named)], ...rows];
  const widest = Math.max(...rows.flat().map((text) => text.length)) + 2;
  return all.map(([first = '', ...rest]) =>
    `  ${first.padEnd('supergraph with  '.length)}${rest.map((text) => text.padEnd(widest)).join('')}`.trimEnd(),
  );
}

function textsOf({ composition, breaks }: Cell): string[] {
  if (composition.length > 0) return composition.map((problem) => `does not compose: ${problem}`);
  return [
    ...new Set(breaks.map(({ operation, why }) => `breaks ${operation.name} (${operation.file}): ${why}`)),
  ];
}

/** How A may go, alone and after others; then an order for everything that changed. */
function waysOf(matrix: Matrix, name: string): string[] {
  const contexts = matrix.sets.filter((set) => !set.includes('A'));
  const alone = contexts.map((deployed) => {
    const [only, other] = ordersFor(matrix, 'A', deployed);
    const way = only === undefined ? 'not safe' : other === undefined ? inOrder[only] : 'any order';
    return `  ${deployed === '' ? `${name} now` : `${name} after ${namesOf(matrix, deployed)}`}: ${way}`;
  });
  if (contexts.length === 1) return alone;
  const steps = safeOrder(matrix);
  return [
    ...alone,
    `  everything: ${steps === undefined ? 'no order is safe; expand first, then migrate, then contract' : ''}`.trimEnd(),
    ...(steps ?? []).map(({ what, letter }, index) => {
      const step = what === 'processes' ? 'roll out' : 'publish the supergraph with';
      return `    ${index + 1}. ${step} ${namesOf(matrix, letter)}`;
    }),
  ];
}

function namesOf({ units }: Matrix, set: string): string {
  return units
    .filter(({ letter }) => set.includes(letter))
    .flatMap(({ subgraphs }) => subgraphs)
    .join(', ');
}

function named(set: string): string {
  return set === '' ? 'none' : set;
}
