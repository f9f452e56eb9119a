// Judges text that one person writes and others read: names, email addresses, descriptions. Characters that a reader does not see, or
// that change the order of the characters around them, make one text look like another (Unicode Technical Report 36, section 2.4).

/**
 * Control and format characters, private use, halves of surrogate pairs, noncharacters and what Unicode has not assigned. The signs of this
 * category that one sees are those that stand under or around a number ("؀"): the short list allows them, and new ones stay refused.
 */
const other = String.raw`[\p{C}--[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]`;
/** Variation selectors, fillers, the grapheme joiner and all else that is not drawn, besides the separators of lines. */
const ignorable = String.raw`\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zl}\p{Zp}`;
/** Characters that are drawn as nothing, although Unicode counts them as letters and symbols: it has no property for them. */
const blank = String.raw`\u2800\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}`;

const unreadable = new RegExp(`[${other}${ignorable}${blank}]`, 'v');
const unreadableBesidesLineBreaks = new RegExp(`[[${other}${ignorable}${blank}]--[\\n\\r\\t]]`, 'v');

/**
 * More marks on one character than any writing needs cover the lines around it. Hebrew with points and accents has up to five
 * (Unicode Technical Standard 39, section 5.4, names four as enough for identifiers).
 */
const tooManyMarks = /[\p{Mn}\p{Me}]{6}/v;
/** A mark that stands on no character is drawn on a blank, or not at all. */
const loneMark = /(?:^|[\p{Z}\p{Cc}])\p{M}/v;
/** Two equal marks look like one (the same section). */
const repeatedMark = /([\p{Mn}\p{Me}])\1/v;

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

/** The blank of Braille between two of its other characters. */
const brailleBlank = /(?<=[\u2801-\u28ff])\u2800(?=[\u2801-\u28ff])/gu;

/** Text of one line as it is stored: in the form NFC, with plain spaces, one at a time, and none around it. */
export function normalizeLine(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
}

/**
 * True for text of one line in which a reader sees every character. Joiners within words of scripts that need them, and the
 * emoji that Unicode recommends for interchange, are allowed.
 */
export function isReadableLine(text: string): boolean {
  return isReadable(text, unreadable);
}

/** As isReadableLine, for text that may have several lines and tabs. */
export function isReadableText(text: string): boolean {
  return isReadable(text, unreadableBesidesLineBreaks);
}

/**
 * True for an identifier that no other text looks like because of invisible characters, repeated marks or compatibility forms ("ａ" for
 * "a", "ﬁ" for "fi"; Unicode Standard Annex 15). Letters of different scripts that look alike are not judged.
 */
export function isPlainIdentifier(text: string): boolean {
  if (unreadable.test(text) || text.normalize('NFKC') !== text.normalize('NFC')) return false;
  const decomposed = text.normalize('NFD');
  return !tooManyMarks.test(decomposed) && !repeatedMark.test(decomposed) && !loneMark.test(text);
}

function isReadable(text: string, refused: RegExp): boolean {
  if (tooManyMarks.test(text.normalize('NFD')) || loneMark.test(text)) return false;
  return !refused.test(text) || !refused.test(withoutSequences(text));
}

function withoutSequences(text: string): string {
  return text.replace(emoji, '').replace(joiner, '').replace(brailleBlank, '');
}
