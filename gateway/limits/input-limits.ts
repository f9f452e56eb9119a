// Limits on the values that a client sends, as literals and as variables: the length of lists and the depth of nesting. The
// gateway enforces them before any code follows the input types, which may be recursive.
import { type DocumentNode, Kind, visit } from 'graphql';
import { isJsonObject } from '../json-object.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { enforceLimit, type Measurement } from './refusal.ts';

export type InputLimits = Pick<GatewaySettings, 'LIMIT_NESTING' | 'LIMIT_INPUT_LIST'>;

const listItems: Measurement = {
  code: 'INPUT_LIST_TOO_LONG',
  describe: (count) => `A list in the request has ${count} items`,
};

const variableDepth: Measurement = {
  code: 'NESTING_TOO_DEEP',
  describe: (count) => `The variables nest lists and objects ${count} levels deep`,
};

/** Throws a refusal. The lexer has already bounded how deep literals are nested (lexer.ts). */
export function enforceLiteralLimits(document: DocumentNode, { LIMIT_INPUT_LIST }: InputLimits): void {
  visit(document, {
    [Kind.LIST]: ({ values }) => enforceLimit(LIMIT_INPUT_LIST, values.length, listItems),
  });
}

/** Throws a refusal. Visits one level after another, without recursion: JSON may nest deeper than the stack allows. */
export function enforceVariableLimits(variables: object, limits: InputLimits): void {
  let level: object[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    enforceLimit(limits.LIMIT_NESTING, depth, variableDepth);
    const nextLevel: object[] = [];
    for (const value of level) {
      if (Array.isArray(value)) enforceLimit(limits.LIMIT_INPUT_LIST, value.length, listItems);
      for (const inner of Object.values(value)) {
        if (Array.isArray(inner) || isJsonObject(inner)) nextLevel.push(inner);
      }
    }
    level = nextLevel;
  }
}
