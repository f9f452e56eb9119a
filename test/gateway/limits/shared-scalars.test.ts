import { buildSchema, isScalarType } from 'graphql';
import { expect, test } from 'vitest';
import { CostTable } from '../../../gateway/limits/cost/cost-table.ts';
import { installSharedScalars } from '../../../gateway/limits/shared-scalars.ts';

/** Whether the schema's Decimal accepts a value after the scalars with these URLs were installed. */
function acceptsDecimal(value: unknown, urls: Record<string, string>): boolean {
  const schema = buildSchema('type Query { a(b: Decimal): Int } scalar Decimal');
  const table = new CostTable();
  for (const [name, url] of Object.entries(urls)) table.scalarUrls.set(name, url);
  installSharedScalars(schema, table);
  const type = schema.getType('Decimal');
  if (!isScalarType(type)) throw new Error('Decimal is a scalar');
  try {
    type.parseValue(value);
    return true;
  } catch {
    return false;
  }
}

const own = { Decimal: 'https://tributary.dev/scalars/decimal' };

test('checks a scalar whose @specifiedBy has the project’s URL', () => {
  expect(acceptsDecimal('12.50', own)).toBe(true);
  expect(acceptsDecimal('12,50', own)).toBe(false);
  expect(acceptsDecimal(12.5, own)).toBe(false);
});

test.each([
  {},
  { Decimal: 'https://example.com/decimal' },
  { Currency: 'https://tributary.dev/scalars/currency' },
])('accepts every value of a scalar of the same name with the URLs %j', (urls) => {
  expect(acceptsDecimal('12,50', urls)).toBe(true);
});
