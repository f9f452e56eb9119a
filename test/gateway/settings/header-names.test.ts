import { expect, test } from 'vitest';
import { headerNames } from '../../../gateway/settings/header-names.ts';

const findProblems = (text: string) =>
  headerNames.safeParse(text).error?.issues.map(({ message }) => message);

test('reads names in lower case, each once', () => {
  expect(headerNames.parse(' Authorization, accept-language,,AUTHORIZATION ')).toEqual([
    'authorization',
    'accept-language',
  ]);
  expect(headerNames.parse('')).toEqual([]);
});

test.each(['connection', 'Transfer-Encoding', 'te'])('refuses %s, a header of one connection', (name) => {
  expect(findProblems(name)).toEqual([
    `${name.toLowerCase()} belongs to one connection and cannot be forwarded; remove it`,
  ]);
});

test.each(['content-length', 'host', 'traceparent', 'client-address'])(
  'refuses %s, which the gateway sets itself',
  (name) => {
    expect(findProblems(name)).toEqual([`${name} is set by the gateway itself; remove it`]);
  },
);

test.each([
  'x-forwarded-for',
  'forwarded',
  'x-user-id',
  'remote-user',
  'client-cert',
  'x-amzn-oidc-identity',
])('refuses %s, which servers accept as proof of identity', (name) => {
  expect(findProblems(name)).toEqual([
    `${name} would let a client claim any identity; remove it, and let subgraphs check authorization`,
  ]);
});

test('reports every name that cannot be forwarded', () => {
  expect(findProblems('x y, accept-language, te, host')).toEqual([
    '"x y" is not a header name; write names like accept-language',
    'te belongs to one connection and cannot be forwarded; remove it',
    'host is set by the gateway itself; remove it',
  ]);
});
