import { expect, test } from 'vitest';
import { errorCodes } from '../../../gateway/settings/error-codes.ts';

test('reads codes, each once', () => {
  expect(errorCodes.parse(' OUT_OF_STOCK,,Expired , OUT_OF_STOCK')).toEqual(['OUT_OF_STOCK', 'Expired']);
  expect(errorCodes.parse('')).toEqual([]);
});

test.each(['OUT OF STOCK', 'OUT-OF-STOCK', 'A;B', 'x'.repeat(101)])('refuses %.20s', (text) => {
  expect(errorCodes.safeParse(text).error?.issues[0]?.message).toBe(
    'is not a list of codes; write codes like OUT_OF_STOCK, separated by commas',
  );
});
