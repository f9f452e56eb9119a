import { expect, test } from 'vitest';
import { isPlainIdentifier, isReadableLine, isReadableText } from '../../../platform/values/text.ts';

test.each([
  ['letters with accents', 'Zoë Nuñez-O’Brien'],
  ['a right-to-left name', 'שרה כהן'],
  ['a Persian name with a non-joiner', 'می\u200cخواهم'],
  ['a Sinhala name with a joiner', 'ශ්\u200dරී'],
  ['an emoji with a variation selector', 'Ada ❤\ufe0f'],
  ['a family of emoji', '👩\u200d👩\u200d👧'],
  ['a flag that is made of tags', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
])('%s is readable', (_what, text) => {
  expect([isReadableLine(text), isReadableText(text)]).toEqual([true, true]);
});

test.each([
  ['a joiner between Latin letters', 'Ad\u200da'],
  ['a joiner at the end', 'می\u200c'],
  ['tags without a flag', 'Ada\u{e0067}\u{e007f}'],
  ['an override', 'Ada \u202egnp.exe'],
  ['a NUL', 'Ada\u0000'],
  ['half of a surrogate pair', 'Ada\ud83d'],
])('%s is not readable', (_what, text) => {
  expect([isReadableLine(text), isReadableText(text)]).toEqual([false, false]);
});

test('line breaks and tabs are readable in text of several lines only', () => {
  for (const text of ['a\nb', 'a\r\nb', 'a\tb']) {
    expect([isReadableLine(text), isReadableText(text)]).toEqual([false, true]);
  }
  expect(isReadableText('a\u2028b')).toBe(false);
});

test('an identifier has no invisible characters and no compatibility forms', () => {
  expect(
    ['ada@example.com', 'zoë@example.com', 'zoe\u0308@example.com', '用户@例え.jp'].map(isPlainIdentifier),
  ).toEqual([true, true, true, true]);
  expect(
    ['ａda@example.com', 'ﬁn@example.com', 'a\u00adda@example.com', 'ada❤\ufe0f@example.com'].map(
      isPlainIdentifier,
    ),
  ).toEqual([false, false, false, false]);
});
