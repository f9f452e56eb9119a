import { expect, test } from 'vitest';
import { findAmbiguity } from '../../../platform/http/request-head.ts';

const find = (
  url: string,
  headers: Record<string, string>,
  rawHeaders: string[] = Object.entries(headers).flat(),
) => findAmbiguity({ url, headers, rawHeaders });

const twoHosts = 'The request names two different hosts.';

test.each([
  ['a path', '/graphql', { host: 'a' }],
  ['a path without a host, as HTTP/1.0 allows', '/graphql', {}],
  ['all of the server', '*', { host: 'a' }],
  ['the same host in the target, in other letters', 'HTTP://A.example:80/', { host: 'a.example:80' }],
  ['the same host twice in HTTP/2', '/', { host: 'a', ':authority': 'A' }],
])('%s has one meaning', (_what, url, headers) => {
  expect(find(url, headers)).toBeUndefined();
});

test.each([
  ['another host in the target', 'http://b/graphql', { host: 'a' }],
  ['a host in the target only', 'http://b/graphql', {}],
  ['a target without a host', 'http:///graphql', { host: 'a' }],
  ['two hosts in HTTP/2', '/', { host: 'a', ':authority': 'b' }],
  ['another host in the target in HTTP/2', 'http://b/', { ':authority': 'a' }],
])('%s is ambiguous', (_what, url, headers) => {
  expect(find(url, headers)).toBe(twoHosts);
});

test('a header of which Node takes the first is named, and one that may be a list is not', () => {
  expect(find('/', { host: 'a' }, ['Host', 'a', 'accept', 'x', 'HOST', 'a'])).toBe(
    'The header Host occurs more than once.',
  );
  expect(
    find('/', { host: 'a' }, ['host', 'a', 'accept', 'x', 'accept', 'y', 'constructor', 'z']),
  ).toBeUndefined();
});
