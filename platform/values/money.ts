// Money is a decimal string and an ISO 4217 currency, never a float. Sums are computed in minor units (cents) as bigint.
// The table of currencies has their ISO 4217 exponents, so that "1.005 EUR" and "1.5 JPY" are refused before they are stored.
import { badInput, Refusal } from './refusal.ts';

export interface Money {
  /** Decimal notation with exactly as many decimals as the currency has: "12.50" EUR, "1250" JPY. */
  amount: string;
  /** ISO 4217 alphabetic code. */
  currency: string;
}

export const minorDigits: Readonly<Record<string, number>> = {
  AUD: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CNY: 2,
  CZK: 2,
  DKK: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MXN: 2,
  NOK: 2,
  NZD: 2,
  PLN: 2,
  SEK: 2,
  SGD: 2,
  TND: 3,
  USD: 2,
  ZAR: 2,
};

/** The tables store numeric(15,3), so an amount has at most twelve digits before the point. */
const decimalPattern = /^(-?)(0|[1-9]\d{0,11})(?:\.(\d{1,3}))?$/;

/** Minor units of an amount ("12.5" EUR → 1250n). Throws BAD_USER_INPUT for anything that is not exact money. */
export function toMinorUnits(money: Money, argument = 'amount'): bigint {
  const digits = getMinorDigits(money.currency);
  if (digits === undefined) throw badInput('currency', 'must be a supported ISO 4217 code, like EUR');
  const [, sign, whole, fraction = ''] = decimalPattern.exec(money.amount) ?? [];
  if (whole === undefined)
    throw badInput(argument, 'must be a decimal number with at most 12 digits before the point');
  if (fraction.length > digits)
    throw badInput(argument, `may have at most ${digits} decimals in ${money.currency}`);
  const minor = BigInt(whole + fraction.padEnd(digits, '0'));
  return sign === '-' ? -minor : minor;
}

/** Reads own properties only, because "toString" is no currency. */
function getMinorDigits(currency: string): number | undefined {
  return Object.hasOwn(minorDigits, currency) ? minorDigits[currency] : undefined;
}

/** The canonical decimal string of an amount of minor units (1250n EUR → "12.50"). */
export function fromMinorUnits(minor: bigint, currency: string): Money {
  const digits = getMinorDigits(currency);
  if (digits === undefined) throw badInput('currency', 'must be a supported ISO 4217 code, like EUR');
  const negative = minor < 0n;
  const text = (negative ? -minor : minor).toString().padStart(digits + 1, '0');
  const pointIndex = text.length - digits;
  const amount = digits === 0 ? text : `${text.slice(0, pointIndex)}.${text.slice(pointIndex)}`;
  return { amount: negative ? `-${amount}` : amount, currency };
}

/** The same amount in canonical form. Throws BAD_USER_INPUT unless the amount is above zero. */
export function parsePositiveMoney(money: Money, argument = 'amount'): Money {
  const minor = toMinorUnits(money, argument);
  if (minor <= 0n) throw badInput(argument, 'must be above zero');
  return fromMinorUnits(minor, money.currency);
}

/** Money from a numeric(15,3) column. PostgreSQL writes three decimals ("12.500"); money has as many as its currency. */
export function fromNumeric(numeric: string, currency: string): Money {
  const digits = minorDigits[currency] ?? 3;
  const excessLength = digits === 0 ? '.000'.length : 3 - digits;
  return { amount: numeric.slice(0, numeric.length - excessLength), currency };
}

/** The sum of price × quantity over all lines. Refusals: MIXED_CURRENCIES, AMOUNT_TOO_LARGE. */
export function sumLines(lines: readonly { price: Money; quantity: number }[]): Money {
  const currency = lines[0]?.price.currency ?? '';
  let minor = 0n;
  for (const { price, quantity } of lines) {
    if (price.currency !== currency) {
      throw new Refusal('MIXED_CURRENCIES', 'All lines of a purchase must be priced in one currency.');
    }
    minor += toMinorUnits(price) * BigInt(quantity);
  }
  if (minor >= 10n ** BigInt(12 + (minorDigits[currency] ?? 0))) {
    throw new Refusal('AMOUNT_TOO_LARGE', 'The total has more than 12 digits before the point.');
  }
  return fromMinorUnits(minor, currency);
}
