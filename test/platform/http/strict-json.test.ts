import { describe, expect, test } from 'vitest';
import {
  parseStrictJson,
  parseStrictJsonBytes,
  StrictJsonError,
} from '../../../platform/http/strict-json.ts';

/** The message of the refusal. */
function refuse(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (cause) {
    if (!(cause instanceof StrictJsonError)) throw cause;
    return cause.message;
  }
}

test('parses honest JSON as it is', () => {
  const value = { query: '{ a }', variables: { n: 12, price: '12.50', e: 1.5, list: [null, true, 'ä€😀'] } };
  expect(parseStrictJson(JSON.stringify(value))).toEqual(value);
  expect(parseStrictJsonBytes(Buffer.from(JSON.stringify(value)))).toEqual(value);
});

describe('refuses', () => {
  test.each([
    ['{', 'The request is not JSON.'],
    ['', 'The request is not JSON.'],
    ['{"a": 1} {}', 'The request is not JSON.'],
    ['{"__proto__": {}}', 'The request has a forbidden key.'],
    ['{"\\u005f_proto__": {}}', 'The request has a forbidden key.'],
    ['{"a": {"constructor": {"prototype": {}}}}', 'The request has a forbidden key.'],
    ['{"a\\u0000": 1}', 'The request has a forbidden key.'],
    ['{"a": "\\u0000"}', 'The request has text with NUL or with a lone surrogate.'],
    ['{"a": "\\ud83d"}', 'The request has text with NUL or with a lone surrogate.'],
    ['{"a": 1, "a": 1}', 'An object of the request has the same key twice.'],
    ['{"a": 1, "b": {}, "\\u0061": 2}', 'An object of the request has the same key twice.'],
    ['[{"a": [{"b": 1}, {"b": 1, "c": [], "b": 2}]}]', 'An object of the request has the same key twice.'],
    [
      `{${Array.from({ length: 40 }, (_, index) => `"k${index}": 1`).join()}, "k20": 1}`,
      'An object of the request has the same key twice.',
    ],
  ])('%s', (text, message) => {
    expect(refuse(() => parseStrictJson(text))).toBe(message);
  });

  test('bytes that are not UTF-8', () => {
    expect(refuse(() => parseStrictJsonBytes(Buffer.from([0x22, 0xff, 0x22])))).toBe(
      'The request is not UTF-8.',
    );
  });

  test('nesting of more than 64 levels, and does not count brackets in strings', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(refuse(() => parseStrictJson(nested(64)))).toBeUndefined();
    expect(refuse(() => parseStrictJson(nested(65)))).toBe('The request is nested deeper than 64 levels.');
    expect(refuse(() => parseStrictJson(JSON.stringify({ text: `"\\${'['.repeat(100)}` })))).toBeUndefined();
    expect(refuse(() => parseStrictJson(`[${'[],'.repeat(100)}[]]`))).toBeUndefined();
  });
});

test.each(['{"constructor": 7}', '{"a": "__proto__"}', '{"a": 9007199254740991}', '{"a": "\\ud83d\\ude00"}'])(
  'inspects %s closely, and accepts it',
  (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  },
);

test('takes the same key in different objects, and text that looks like keys', () => {
  const value = {
    a: { a: { a: 1 }, b: '"a": 1, "a": 2' },
    b: [{ a: 1 }, { a: 2 }, ['a', 'a', 'a']],
    'a\\': 1,
    'a"': 2,
    ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'k1'])),
  };
  expect(parseStrictJson(JSON.stringify(value))).toEqual(value);
  expect(parseStrictJson(JSON.stringify(value, null, 2))).toEqual(value);
});

test.each(['9007199254740993', '1.5e3', '1e999', '1.10', '-0', '0.12345678901234567890'])(
  'keeps the number %s as it is written',
  (number) => {
    expect(JSON.stringify(parseStrictJson(`{"a": [${number}]}`))).toBe(`{"a":[${number}]}`);
  },
);
