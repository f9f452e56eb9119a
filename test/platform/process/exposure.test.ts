import { expect, test } from 'vitest';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { forbidsPublicPasswords, isThisMachine, warnOfExposure } from '../../../platform/process/exposure.ts';

test.each(['127.0.0.1', '127.8.9.10', 'localhost', '::1'])('%s is this machine', (host) => {
  expect(isThisMachine(host)).toBe(true);
});

test.each(['0.0.0.0', '::', '192.168.1.7', '127.0.0.1.shop.example', 'shop.example', 'fe80::1'])(
  '%s is not this machine',
  (host) => {
    expect(isThisMachine(host)).toBe(false);
  },
);

test.each([
  [{}, false],
  [{ NODE_ENV: 'test' }, false],
  [{ NODE_ENV: 'production' }, true],
  [{ HOST: '0.0.0.0' }, true],
  [{ HOST: '0.0.0.0', DEMO_DATA: 'false' }, true],
  [{ HOST: '0.0.0.0', DEMO_DATA: 'anywhere' }, false],
  [{ DEMO_DATA: 'true' }, false],
])('with %j public passwords are forbidden: %j', (source, isForbidden) => {
  expect(forbidsPublicPasswords(readEnvironment(source))).toBe(isForbidden);
});

test('demo data on an address that other machines reach needs a word that nobody writes by accident', () => {
  expect(() => readEnvironment({ HOST: '0.0.0.0', DEMO_DATA: 'true' })).toThrow(
    /DEMO_DATA: true needs a HOST that only this machine reaches, and 0\.0\.0\.0 is not one: .* write DEMO_DATA=anywhere/,
  );
});

test('development on an address that other machines reach is worth a warning, and production is not', () => {
  const warnings: string[] = [];
  for (const source of [{ HOST: '0.0.0.0' }, {}, { HOST: '0.0.0.0', NODE_ENV: 'production' }])
    warnOfExposure(readEnvironment(source), (message) => warnings.push(message));
  expect(warnings).toEqual([expect.stringMatching(/^HOST=0\.0\.0\.0 lets other machines in/)]);
});
