// Parses a document within its limits: the lexer counts tokens and open brackets while the parser asks for them, and stops
// at the first one too many. Each open bracket is a recursive call of the parser, so that the limit also bounds its stack.
import { type DocumentNode, Lexer, parse, Source, type Token, TokenKind } from 'graphql';
import type { GatewaySettings } from '../settings/settings.ts';
import { enforceLimit, type Measurement } from './refusal.ts';

export type TextLimits = Pick<GatewaySettings, 'LIMIT_TOKENS' | 'LIMIT_NESTING'>;

const tokens: Measurement = {
  code: 'OPERATION_TOO_LONG',
  describe: (count) => `The document has ${count} tokens`,
};

const openBrackets: Measurement = {
  code: 'NESTING_TOO_DEEP',
  describe: (count) => `The document nests brackets ${count} levels deep`,
};

/** Throws a refusal, or the parser's own error. */
export function parseWithinLimits(text: string, limits: TextLimits): DocumentNode {
  // Comments are no tokens of the grammar, but the lexer reads and keeps them in the same way.
  const maxComments = limits.LIMIT_TOKENS === 0 ? undefined : limits.LIMIT_TOKENS;
  return parse(text, { lexer: new CountingLexer(new Source(text), limits), maxComments });
}

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

class CountingLexer extends Lexer {
  readonly #limits: TextLimits;
  #tokens = 0;
  #openBrackets = 0;

  constructor(source: Source, limits: TextLimits) {
    super(source);
    this.#limits = limits;
  }

  override advance(): Token {
    const token = super.advance();
    if (token.kind !== TokenKind.EOF) this.#tokens += 1;
    if (opening.has(token.kind)) this.#openBrackets += 1;
    else if (closing.has(token.kind)) this.#openBrackets -= 1;
    enforceLimit(this.#limits.LIMIT_TOKENS, this.#tokens, tokens);
    enforceLimit(this.#limits.LIMIT_NESTING, this.#openBrackets, openBrackets);
    return token;
  }
}
