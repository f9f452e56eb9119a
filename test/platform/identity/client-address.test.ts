import { expect, test } from 'vitest';
import { getNetwork, parseAddress } from '../../../platform/identity/client-address.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:C000:0201', '192.0.2.1'],
  ['2001:DB8:0:0::0001', '2001:db8::1'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
])('reads %s as %s', (text, address) => {
  expect(parseAddress(text)).toBe(address);
});

test.each([
  undefined,
  null,
  7,
  '',
  'unknown',
  '192.0.2',
  '192.0.2.1:80',
  '[::1]',
  '1.2.3.4, 5.6.7.8',
  'x'.repeat(10_000),
])('finds no address in %j', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['2001::1:2:3:4:5:6', '2001:0:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
])('counts the address %s as the network %s', (address, network) => {
  expect(getNetwork(parseAddress(address) ?? '')).toBe(network);
});
