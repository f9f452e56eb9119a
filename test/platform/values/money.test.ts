import { expect, test } from 'vitest';
import {
  fromMinorUnits,
  fromNumeric,
  minorDigits,
  parsePositiveMoney,
  sumLines,
  toMinorUnits,
} from '../../../platform/values/money.ts';

function eur(amount: string) {
  return { amount, currency: 'EUR' };
}

/** A generator that returns the same numbers in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each([
  ['0', 0n],
  ['0.1', 10n],
  ['0.01', 1n],
  ['12.5', 1250n],
  ['12.50', 1250n],
  ['-12.50', -1250n],
  ['999999999999.99', 99_999_999_999_999n],
])('reads %s EUR as %s cents', (amount, minor) => {
  expect(toMinorUnits(eur(amount))).toBe(minor);
});

const noMoney = [
  '',
  ' 1',
  '1 ',
  '1,50',
  '.5',
  '5.',
  '01',
  '+1',
  '1e21',
  '1e2',
  'NaN',
  'Infinity',
  '0x10',
  '١',
  '--1',
  '1.2.3',
];

test.each([...noMoney, '1000000000000', '1.005'])('refuses %j as an amount in EUR', (amount) => {
  expect(() => toMinorUnits(eur(amount))).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});

test.each(['', 'eur', 'EURO', 'XXX', 'toString', '__proto__', 'constructor'])(
  'refuses %j as a currency',
  (currency) => {
    expect(() => toMinorUnits({ amount: '1', currency })).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT' }),
    );
    expect(() => fromMinorUnits(1n, currency)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  },
);

test('accepts as many decimals as the currency has, and no more', () => {
  for (const [currency, digits] of Object.entries(minorDigits)) {
    const exact = digits === 0 ? '1' : `1.${'1'.repeat(digits)}`;
    expect(fromMinorUnits(toMinorUnits({ amount: exact, currency }), currency)).toEqual({
      amount: exact,
      currency,
    });
    const finer = digits === 0 ? '1.1' : `${exact}1`;
    expect(() => toMinorUnits({ amount: finer, currency }), `${finer} ${currency}`).toThrow();
  }
});

test('converts any amount in any currency to minor units and back without a change', () => {
  const next = numbers(1);
  const currencies = Object.keys(minorDigits);
  for (let round = 0; round < 2_000; round += 1) {
    const currency = currencies[Math.floor(next() * currencies.length)] ?? 'EUR';
    const digits = minorDigits[currency] ?? 0;
    const largest = 10n ** BigInt(12 + digits) - 1n;
    const minor = (BigInt(Math.floor(next() * 2 ** 52)) * (next() < 0.5 ? -1n : 1n)) % largest;
    const money = fromMinorUnits(minor, currency);
    expect(toMinorUnits(money)).toBe(minor);
    expect(fromMinorUnits(toMinorUnits(money), currency)).toEqual(money);
    expect(fromNumeric(padded(money.amount), currency), `${money.amount} ${currency}`).toEqual(money);
  }
});

/** As numeric(15,3) comes out of PostgreSQL. */
function padded(amount: string): string {
  const [whole = '', fraction = ''] = amount.split('.');
  return `${whole}.${fraction.padEnd(3, '0')}`;
}

test('shows an amount with exactly the digits of its currency', () => {
  expect(fromMinorUnits(5n, 'EUR').amount).toBe('0.05');
  expect(fromMinorUnits(-5n, 'EUR').amount).toBe('-0.05');
  expect(fromMinorUnits(5n, 'KWD').amount).toBe('0.005');
  expect(fromMinorUnits(1250n, 'JPY').amount).toBe('1250');
  expect(parsePositiveMoney(eur('12.5'))).toEqual(eur('12.50'));
});

test.each(['0', '0.00', '-0', '-0.01'])('refuses %s where money must be above zero', (amount) => {
  expect(() => parsePositiveMoney(eur(amount), 'price')).toThrow('"price" must be above zero.');
});

test('sums amounts exactly where floating point would lose a cent', () => {
  const dimes = Array.from({ length: 3 }, () => ({ price: eur('0.10'), quantity: 1 }));
  expect(sumLines(dimes)).toEqual(eur('0.30'));
  expect(
    sumLines([
      { price: eur('1.10'), quantity: 3 },
      { price: eur('90071992547.41'), quantity: 1 },
    ]),
  ).toEqual(eur('90071992550.71'));
});

test('sums lines to the same total in any order', () => {
  const next = numbers(2);
  for (let round = 0; round < 200; round += 1) {
    const lines = Array.from({ length: 1 + Math.floor(next() * 20) }, () => ({
      price: fromMinorUnits(BigInt(1 + Math.floor(next() * 1_000_000)), 'EUR'),
      quantity: 1 + Math.floor(next() * 1000),
    }));
    const cents = lines.reduce(
      (sum, { price, quantity }) => sum + toMinorUnits(price) * BigInt(quantity),
      0n,
    );
    expect(toMinorUnits(sumLines(lines))).toBe(cents);
    expect(sumLines(lines.toReversed())).toEqual(sumLines(lines));
  }
});

test('refuses lines in different currencies, and an empty list of lines', () => {
  const mixed = [
    { price: eur('1'), quantity: 1 },
    { price: { amount: '1', currency: 'USD' }, quantity: 1 },
  ];
  expect(() => sumLines(mixed)).toThrow(expect.objectContaining({ code: 'MIXED_CURRENCIES' }));
  expect(() => sumLines([])).toThrow();
});

test('refuses a total with more than twelve digits before the point', () => {
  const most = { price: eur('999999999.99'), quantity: 1000 };
  expect(sumLines([most]).amount).toBe('999999999990.00');
  expect(() => sumLines([most, most])).toThrow(expect.objectContaining({ code: 'AMOUNT_TOO_LARGE' }));
  const yen = { price: { amount: '999999999999', currency: 'JPY' }, quantity: 2 };
  expect(() => sumLines([yen])).toThrow(expect.objectContaining({ code: 'AMOUNT_TOO_LARGE' }));
});
