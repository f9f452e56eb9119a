import { describe, expect, test } from 'vitest';
import { HttpRefusal } from '../../../gateway/http/refusal.ts';
import { parseStrictJson, parseStrictJsonBytes } from '../../../gateway/http/strict-json.ts';

/** The message of the refusal, which is always 400 BAD_REQUEST. */
function refuse(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (cause) {
    if (!(cause instanceof HttpRefusal)) throw cause;
    expect([cause.statusCode, cause.code]).toEqual([400, 'BAD_REQUEST']);
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
    ['{"a": 9007199254740993}', 'The request has a number that cannot be read exactly; send it as text.'],
    ['{"a": 1e999}', 'The request has a number that cannot be read exactly; send it as text.'],
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

test.each([
  '{"constructor": 7}',
  '{"a": "__proto__"}',
  '{"a": 9007199254740991}',
  '{"a": 1.5e3}',
  '{"a": "\\ud83d\\ude00"}',
])('inspects %s closely, and accepts it', (text) => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});
