// The matrix of a deployment as text. Rows are supergraphs, columns are the running versions, and numbers refer to the notes below.

import type { Verdict } from '../schema/report.ts';
import type { Cell, Matrix } from './matrix.ts';
import { findOrders, findSafeOrder, isSafe, type Step } from './orders.ts';

const orderTexts: Readonly<Record<Step['what'], string>> = {
  processes: 'processes first, then the supergraph',
  supergraph: 'supergraph first, then the processes',
};

/** Passes when the subgraph, A, can be deployed while the others stay unchanged; with anyOrder, in both orders. */
export function formatDeployReport(
  matrix: Matrix,
  { heading, anyOrder }: { heading: string; anyOrder: boolean },
): Verdict {
  const name = listNames(matrix, 'A');
  const orders = findOrders(matrix, 'A', '');
  const notes = new Map<string, number>();
  const table = formatTable(matrix, notes);
  const passes = orders.length === 2 || (orders.length === 1 && !anyOrder);
  const cells = matrix.sets.flatMap((row) => matrix.sets.map((column) => matrix.cell(row, column)));
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
      ...formatOrders(matrix, name),
      '',
      `${name}: ${describeOrders(orders)}; ${cells.filter((cell) => !isSafe(cell)).length} of ${cells.length} mixtures break something. ${passes ? 'Passed' : 'Failed'}.`,
    ],
    passes,
  };
}

function describeOrders(orders: readonly Step['what'][]): string {
  const [only, other] = orders;
  if (only === undefined) return 'cannot be deployed now without breaking an operation';
  return other === undefined ? `can be deployed, ${orderTexts[only]}` : 'can be deployed, in any order';
}

/** Each problem has a number; a cell lists the numbers of its problems. */
function formatTable(matrix: Matrix, notes: Map<string, number>): string[] {
  const { sets } = matrix;
  const mark = (cell: Cell): string => {
    if (isSafe(cell)) return 'safe';
    const numbers = describeCell(cell).map((text) => {
      const number = notes.get(text) ?? notes.size + 1;
      notes.set(text, number);
      return number;
    });
    return `✗ ${numbers.slice(0, 4).join(',')}${numbers.length > 4 ? '…' : ''}`;
  };
  const rows = sets.map((row) => [formatSet(row), ...sets.map((column) => mark(matrix.cell(row, column)))]);
  const all = [['', 'new versions that run'], ['supergraph with', ...sets.map(formatSet)], ...rows];
  const widest = Math.max(...rows.flat().map((text) => text.length)) + 2;
  return all.map(([first = '', ...rest]) =>
    `  ${first.padEnd('supergraph with  '.length)}${rest.map((text) => text.padEnd(widest)).join('')}`.trimEnd(),
  );
}

function describeCell({ composition, breaks }: Cell): string[] {
  if (composition.length > 0) return composition.map((problem) => `does not compose: ${problem}`);
  return [
    ...new Set(breaks.map(({ operation, why }) => `breaks ${operation.name} (${operation.file}): ${why}`)),
  ];
}

/** The orders in which A can be deployed, alone and after others, and an order for all changed subgraphs. */
function formatOrders(matrix: Matrix, name: string): string[] {
  const contexts = matrix.sets.filter((set) => !set.includes('A'));
  const alone = contexts.map((deployed) => {
    const [only, other] = findOrders(matrix, 'A', deployed);
    const way = only === undefined ? 'not safe' : other === undefined ? orderTexts[only] : 'any order';
    return `  ${deployed === '' ? `${name} now` : `${name} after ${listNames(matrix, deployed)}`}: ${way}`;
  });
  if (contexts.length === 1) return alone;
  const steps = findSafeOrder(matrix);
  return [
    ...alone,
    `  everything: ${steps === undefined ? 'no order is safe; expand first, then migrate, then contract' : ''}`.trimEnd(),
    ...(steps ?? []).map(({ what, letter }, index) => {
      const step = what === 'processes' ? 'roll out' : 'publish the supergraph with';
      return `    ${index + 1}. ${step} ${listNames(matrix, letter)}`;
    }),
  ];
}

function listNames({ units }: Matrix, set: string): string {
  return units
    .filter(({ letter }) => set.includes(letter))
    .flatMap(({ subgraphs }) => subgraphs)
    .join(', ');
}

function formatSet(set: string): string {
  return set === '' ? 'none' : set;
}
