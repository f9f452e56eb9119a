import { parse, visit } from 'graphql';
import { expect, test } from 'vitest';
import { describeAuth } from '../../../gateway/supergraph/describe-auth.ts';

test('says in each description who may use the field', () => {
  const sdl = `type Query {
    "One payment."
    payment: Int @auth(allow: ["account"])
    ledger: Int @auth(allow: ["staff", "service:audit"])
    "Everybody."
    open: Int
  }`;
  const descriptions: unknown[] = [];
  visit(describeAuth(parse(sdl)), {
    FieldDefinition: ({ description }) => void descriptions.push(description?.value),
  });
  expect(descriptions).toEqual([
    'One payment.\n\nWho may use it: any signed-in account.',
    'Who may use it: accounts with the role STAFF, or the service audit.',
    'Everybody.',
  ]);
});
