import { expect, test } from 'vitest';
import { hostNames } from '../../../gateway/settings/host-names.ts';

test('reads names and addresses once each, in lower case', () => {
  expect(hostNames.parse('Shop.example, api.shop.example,shop.example,, 10.0.0.1,::1')).toEqual([
    'shop.example',
    'api.shop.example',
    '10.0.0.1',
    '::1',
  ]);
  expect(hostNames.parse('')).toEqual([]);
  expect(hostNames.parse('*')).toEqual(['*']);
});

test.each([
  'https://shop.example',
  'shop.example:443',
  'shop example',
  '*.shop.example',
  '*,shop.example',
  '-a',
  'a..b',
])('refuses %j', (text) => {
  expect(hostNames.safeParse(text).success).toBe(false);
});
