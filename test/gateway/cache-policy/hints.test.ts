// The hint of one field. What a whole operation makes of its hints is tested in test/gateway/cache-policy/policy.test.ts.
import { buildSchema, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { getEntityHint, getFieldHint, hasHints, pickStrictest } from '../../../gateway/cache-policy/hints.ts';
import { required } from '../../support/required.ts';

const directives = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | UNION
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @auth(allow: [String!]!) on FIELD_DEFINITION`;
const schema = buildSchema(`${directives}
  type Query {
    hinted: Typed @cacheControl(maxAge: 30) bare: Typed never: Int @cacheControl(maxAge: 0)
    guarded: Int @cacheControl(maxAge: 30) @auth(allow: ["staff"]) either: Either @cacheControl(maxAge: 30)
  }
  union Either = Typed | Own
  type Typed @cacheControl(maxAge: 60) { word: String inherits: Typed @cacheControl(inheritMaxAge: true) }
  type Own @cacheControl(maxAge: 10, scope: PRIVATE) { word: String }
  type Plain { word: String }`);

const hint = (maxAge: number | undefined, isPrivate: boolean, isStated: boolean) => ({
  maxAge,
  isPrivate,
  isStated,
});

test.each([
  ['Query', 'hinted', hint(30, false, true), 'its own hint comes before that of its type'],
  ['Query', 'bare', hint(60, false, false), 'the type of a root field does not state who may see it'],
  ['Query', 'never', hint(0, false, false), 'an age of 0 without a scope does not state that it is public'],
  ['Query', 'guarded', hint(0, true, false), '@auth depends on the viewer'],
  ['Query', 'either', hint(30, true, true), 'one of the possible types is private'],
  ['Typed', 'word', hint(undefined, false, true), 'a scalar follows its object'],
  ['Typed', 'inherits', hint(60, false, true), 'an age of the type comes before inheritMaxAge'],
])('%s.%s has the hint %o: %s', (typeName, fieldName, expected) => {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`${typeName} is an object`);
  expect(getFieldHint(schema, type, required(type.getFields()[fieldName], fieldName))).toEqual(expected);
});

test('an entity has the hint of its type, or none', () => {
  const of = (name: string) => getEntityHint(schema, required(schema.getType(name), name));
  expect(of('Typed')).toEqual(hint(60, false, true));
  expect(of('Own')).toEqual(hint(10, true, true));
  expect(of('Plain')).toEqual(hint(0, false, false));
});

test('of two hints, each part is the stricter one', () => {
  expect(pickStrictest(hint(30, false, true), hint(60, true, true))).toEqual(hint(30, true, true));
  expect(pickStrictest(hint(undefined, false, true), hint(60, false, false))).toEqual(hint(60, false, false));
  expect(pickStrictest(hint(undefined, false, true), hint(undefined, false, true)).maxAge).toBeUndefined();
});

test('finds out whether a graph has any hint', () => {
  expect(hasHints(schema)).toBe(true);
  expect(hasHints(buildSchema(`${directives} type Query { a: Int }`))).toBe(false);
});
