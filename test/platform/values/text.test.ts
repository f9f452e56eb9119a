import { expect, test } from 'vitest';
import {
  isPlainIdentifier,
  isReadableLine,
  isReadableText,
  normalizeLine,
} from '../../../platform/values/text.ts';

test.each([
  ['letters with accents', 'Zoë Nuñez-O’Brien'],
  ['a right-to-left name', 'שרה כהן'],
  ['a Persian name with a non-joiner', 'می\u200cخواهم'],
  ['a Sinhala name with a joiner', 'ශ්\u200dරී'],
  ['a Hindi name', 'प्रियङ्का श्रीवास्तव'],
  ['a Hindi name with a nukta', 'ज़ुल्फ़िक़ार'],
  ['a Tamil name', 'ஸ்ரீனிவாசன்'],
  ['a Malayalam name', 'കൃഷ്ണൻ'],
  ['a Thai name with tone marks', 'กิ่งแก้ว ณ น้ำผึ้ง'],
  ['an Arabic name with vowels', 'مُحَمَّدٌ عَبْدُ ٱللَّٰهِ'],
  ['a Hebrew word with points and accents', 'בְּרֵאשִׁ֖ית שָּׁ֑ו'],
  ['a Vietnamese name in the form NFD', 'Nguyễn Thị Hường'.normalize('NFD')],
  ['a Burmese name', 'ကျွှောင့် ကြွှေ့'],
  ['a Tibetan name', 'རྒྱལ་མཚན་བསྒྲུབས་ཧཱུྃ'],
  ['a Khmer name', 'ស្រ្តី សុភ័ក្ត្រា'],
  ['a Korean name, a Chinese one and a Japanese one', '김철수 王小明 山田太郎 ガ'],
  ['a name with an Arabic sign around a number', 'سورة ۝١٢'],
  ['a word in Braille', '⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙'],
  ['a name in a script of the supplementary planes', '𞤀𞤣𞤤𞤢𞤥 𓀀𐍈'],
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
  ['an interlinear annotation', 'Ada\ufff9x\ufffa'],
  ['a noncharacter', 'Ada\ufdd0'],
  ['the last character of a plane', 'Ada\u{2ffff}'],
  ['a character for private use', 'Ada\ue000'],
  ['a character that is not assigned', 'Ada\u0378'],
  ['a format control of hieroglyphs', 'Ada\u{13430}'],
  ['a blank of hieroglyphs', 'Ada\u{13441}'],
  ['a blank of Braille', 'Ada\u2800'],
  ['a format control of music', 'Ada\u{1d173}'],
  ['a filler of Hangul', 'Ada\u3164'],
  ['a line separator', 'Ada\u2028'],
  ['an object that is not there', 'Ada\ufffc'],
  ['a filler of Khitan', 'Ada\u{16fe4}'],
  ['a mark without a character', '\u05bd'],
  ['a mark on a space', 'Ada \u0301'],
  ['six marks on one letter', `Ad${'\u0301\u0302\u0303'.repeat(2)}a`],
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

test('an identifier has no blank characters, and no marks that a reader does not tell apart', () => {
  expect(
    ['a\u2800@example.com', 'a\ue000@example.com', 'a\u0301\u0301@example.com'].map(isPlainIdentifier),
  ).toEqual([false, false, false]);
  expect(['Nguyễn@example.com'.normalize('NFD'), 'क्षेत्र@example.com'].map(isPlainIdentifier)).toEqual([
    true,
    true,
  ]);
});

test('a line is stored with plain spaces, whatever its spaces are', () => {
  for (const space of ['\u00a0', '\u1680', '\u2003', '\u200a', '\u202f', '\u205f', '\u3000', '  ']) {
    expect(normalizeLine(`${space}Ada${space}Lovelace${space}`)).toBe('Ada Lovelace');
  }
  expect(normalizeLine('Zoe\u0308')).toBe('Zoë');
  expect(isReadableLine(normalizeLine('Ada\nLovelace'))).toBe(false);
});
