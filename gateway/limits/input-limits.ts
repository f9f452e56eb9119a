// The values a client sends, literals and variables alike: no list too long, nothing too deep within one another. Looked
// at before anything follows their types, which a type that holds itself lets go on for ever.
import { type DocumentNode, Kind, visit } from 'graphql';
import type { GatewaySettings } from '../settings/settings.ts';
import { hold } from './refusal.ts';

export type InputLimits = Pick<GatewaySettings, 'LIMIT_NESTING' | 'LIMIT_INPUT_LIST'>;

const tooLong = ['INPUT_LIST_TOO_LONG', 'items a list that is sent'] as const;
const tooDeep = ['NESTING_TOO_DEEP', 'lists and objects within one another in a variable'] as const;

/** Throws a refusal. How deep literals go was seen while they were read: see lexer.ts. */
export function holdLiterals(document: DocumentNode, { LIMIT_INPUT_LIST }: InputLimits): void {
  visit(document, {
    [Kind.LIST]: ({ values }) => hold(LIMIT_INPUT_LIST, values.length, tooLong),
  });
}

/** Throws a refusal. Goes level by level, not by calls within calls: JSON may nest deeper than a stack. */
export function holdVariables(variables: object, limits: InputLimits): void {
  let level: object[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    hold(limits.LIMIT_NESTING, depth, tooDeep);
    const next: object[] = [];
    for (const value of level) {
      if (Array.isArray(value)) hold(limits.LIMIT_INPUT_LIST, value.length, tooLong);
      for (const inner of Object.values(value)) {
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
}
