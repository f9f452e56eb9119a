// Reads a document no further than its limits reach: tokens are counted, and brackets within brackets, while the parser
// asks for them. A bracket is a call of the parser within itself, so that this also keeps its stack small.
import { type DocumentNode, Lexer, parse, Source, type Token, TokenKind } from 'graphql';
import type { GatewaySettings } from '../settings/settings.ts';
import { hold } from './refusal.ts';

export type TextLimits = Pick<GatewaySettings, 'LIMIT_TOKENS' | 'LIMIT_NESTING'>;

/** Throws a refusal, or the parser's own error. */
export function parseWithin(limits: TextLimits, text: string): DocumentNode {
  // Comments are no tokens of the grammar, but are read and kept like them.
  const maxComments = limits.LIMIT_TOKENS === 0 ? undefined : limits.LIMIT_TOKENS;
  return parse(text, { lexer: new CountingLexer(new Source(text), limits), maxComments });
}

const opening: ReadonlySet<string> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const closing: ReadonlySet<string> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

class CountingLexer extends Lexer {
  readonly #limits: TextLimits;
  #tokens = 0;
  #open = 0;

  constructor(source: Source, limits: TextLimits) {
    super(source);
    this.#limits = limits;
  }

  override advance(): Token {
    const token = super.advance();
    if (token.kind !== TokenKind.EOF) this.#tokens += 1;
    if (opening.has(token.kind)) this.#open += 1;
    else if (closing.has(token.kind)) this.#open -= 1;
    hold(this.#limits.LIMIT_TOKENS, this.#tokens, ['OPERATION_TOO_LONG', 'tokens a document']);
    hold(this.#limits.LIMIT_NESTING, this.#open, ['NESTING_TOO_DEEP', 'brackets within one another']);
    return token;
  }
}
