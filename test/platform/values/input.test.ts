import { expect, test } from 'vitest';
import { parseInput, parseItems, parseParts } from '../../../platform/values/input.ts';
import { badInput, Refusal } from '../../../platform/values/refusal.ts';

function catchRefusal(run: () => unknown): Refusal {
  try {
    run();
  } catch (cause) {
    if (cause instanceof Refusal) return cause;
    throw cause;
  }
  throw new Error('expected a Refusal');
}

const refuse = (code: string) => () => {
  throw new Refusal(code, `${code}.`, { productId: 'p' });
};

test('returns what the parts were parsed to', () => {
  const parsed = parseInput({
    name: () => 'Ada',
    lines: () => parseItems([1, 2], (quantity) => quantity * 2),
  });
  expect(parsed).toEqual({ name: 'Ada', lines: [2, 4] });
});

test('refuses all parts together: the first decides the code, and each has its path', () => {
  const refusal = catchRefusal(() =>
    parseInput({
      sku: () => 'A',
      lines: () =>
        parseItems([0, 1, 2], (line) =>
          parseParts({ quantity: () => (line === 1 ? line : refuse('QUANTITY_INVALID')()) }),
        ),
      price: () => {
        throw badInput('price.amount', 'must be above zero');
      },
      name: refuse('NAME_INVALID'),
    }),
  );
  expect(refusal).toMatchObject({ code: 'QUANTITY_INVALID', message: 'QUANTITY_INVALID.' });
  expect(refusal.details).toEqual({
    productId: 'p',
    problems: [
      { path: ['input', 'lines', 0, 'quantity'], code: 'QUANTITY_INVALID', message: 'QUANTITY_INVALID.' },
      { path: ['input', 'lines', 2, 'quantity'], code: 'QUANTITY_INVALID', message: 'QUANTITY_INVALID.' },
      {
        path: ['input', 'price', 'amount'],
        code: 'BAD_USER_INPUT',
        message: '"price.amount" must be above zero.',
      },
      { path: ['input', 'name'], code: 'NAME_INVALID', message: 'NAME_INVALID.' },
    ],
  });
});

test('lets a fault through as it is', () => {
  const fault = new TypeError('no function');
  expect(() =>
    parseInput({
      name: refuse('NAME_INVALID'),
      price: () => {
        throw fault;
      },
    }),
  ).toThrow(fault);
});
