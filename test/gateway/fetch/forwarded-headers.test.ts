import { expect, test } from 'vitest';
import { selectForwardedHeaders } from '../../../gateway/fetch/forwarded-headers.ts';

const sent = { 'accept-language': 'de', authorization: 'Bearer token', 'x-tags': ['a', 'b'] };

test('forwards the named headers only, and a repeated header as one value', () => {
  expect(selectForwardedHeaders(sent, ['accept-language', 'x-tags', 'x-absent'])).toEqual({
    'accept-language': 'de',
    'x-tags': 'a, b',
  });
});

test('forwards no header when an operator names none', () => {
  expect(selectForwardedHeaders(sent, [])).toEqual({});
});
