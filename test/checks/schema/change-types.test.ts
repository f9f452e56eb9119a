import { ChangeType } from '@graphql-inspector/core';
import { expect, test } from 'vitest';
import { getTraits } from '../../../checks/schema/change-types.ts';

test('every type of change that GraphQL Inspector knows has its traits', () => {
  const types = Object.values(ChangeType);
  expect(types.length).toBeGreaterThan(70);
  for (const type of types) expect(() => getTraits(type), type).not.toThrow();
});

test.each(['FIELD_RENAMED', 'toString', 'FIELD_ADDED_LATER'])(
  '%s, a type that it does not know, fails the check',
  (type) => {
    expect(() => getTraits(type)).toThrow(
      `reports a change of type "${type}"; add it to checks/schema/change-types.ts`,
    );
  },
);
