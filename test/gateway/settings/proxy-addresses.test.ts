import { expect, test } from 'vitest';
import { proxyAddresses } from '../../../gateway/settings/proxy-addresses.ts';

test('reads addresses and networks of both versions', () => {
  expect(proxyAddresses.parse('10.0.0.0/8, ::1, fd00::/8,,192.168.1.7')).toEqual([
    '10.0.0.0/8',
    '::1',
    'fd00::/8',
    '192.168.1.7',
  ]);
  expect(proxyAddresses.parse('')).toEqual([]);
});

test.each([
  'proxy.internal',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/8/8',
  '10.0.0.0/',
  '10.0.0.0/x',
  'fe80::1%eth0',
  '10.0.0.0/08',
])('refuses %s', (text) => {
  expect(proxyAddresses.safeParse(text).success).toBe(false);
});

test.each(['0.0.0.0/0', '::/0'])('refuses %s, with which every client could choose its address', (text) => {
  expect(proxyAddresses.safeParse(text).success).toBe(false);
});
