// Judges text that one person writes and others read: names, email addresses, descriptions. Characters that a reader does not see, or
// that change the order of the characters around them, make one text look like another (Unicode Technical Report 36, section 2.4).

/** Control characters, line and paragraph separators, and halves of surrogate pairs, which UTF-8 cannot carry. */
const control = String.raw`\p{Cc}\p{Zl}\p{Zp}\p{Cs}`;
/** Bidirectional controls, soft hyphens, zero-width characters, tags, variation selectors and Hangul fillers. */
const invisible = String.raw`\p{Default_Ignorable_Code_Point}\p{Bidi_Control}`;

const unreadable = new RegExp(`[${control}${invisible}]`, 'u');
const unreadableBesidesLineBreaks = new RegExp(`(?![\\n\\r\\t])[${control}${invisible}]`, 'u');

/** Emoji that consist of several characters, some of them invisible alone. */
const emoji = /\p{RGI_Emoji}/gv;
/** Scripts whose words are misspelt without joiners (Unicode Standard Annex 31, section 2.3). */
const joiningScripts = [
  'Arab',
  'Syrc',
  'Nkoo',
  'Mong',
  'Deva',
  'Beng',
  'Guru',
  'Gujr',
  'Orya',
  'Taml',
  'Telu',
  'Knda',
  'Mlym',
  'Sinh',
  'Khmr',
];
const joining = `[${joiningScripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]`;
const joiner = new RegExp(`(?<=${joining})[\\u200c\\u200d](?=${joining})`, 'gu');

/**
 * True for text of one line in which a reader sees every character. Joiners within words of scripts that need them, and the
 * emoji that Unicode recommends for interchange, are allowed.
 */
export function isReadableLine(text: string): boolean {
  return !unreadable.test(text) || !unreadable.test(withoutSequences(text));
}

/** As isReadableLine, for text that may have several lines and tabs. */
export function isReadableText(text: string): boolean {
  return !unreadableBesidesLineBreaks.test(text) || !unreadableBesidesLineBreaks.test(withoutSequences(text));
}

/**
 * True for an identifier that no other text looks like because of invisible characters or compatibility forms ("ａ" for "a",
 * "ﬁ" for "fi"; Unicode Standard Annex 15). Letters of different scripts that look alike are not judged.
 */
export function isPlainIdentifier(text: string): boolean {
  return !unreadable.test(text) && text.normalize('NFKC') === text.normalize('NFC');
}

function withoutSequences(text: string): string {
  return text.replace(emoji, '').replace(joiner, '');
}
