import { Kind, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { correctRequires } from '../../../gateway/planner-fixes/correct-requires.ts';
import { getFieldsTypes } from '../../../gateway/supergraph/join-directives.ts';

const inaccessible = { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'hidden' } } as const;

function correct(sdl: string) {
  const { types, standIns, requiredStandIns } = correctRequires(getFieldsTypes(parse(sdl)), inaccessible);
  const text = [...types.values()].map((type) => print(type).replaceAll(/\s+/g, ' ')).join(' ');
  return { text, standIns, requiredStandIns };
}

test('changes no type whose @requires have no field with arguments', () => {
  const { text, standIns } = correct(
    'type T @join__type(graph: A) { a: Int b(n: Int): Int c: Int @join__field(graph: A, requires: "a") }',
  );
  expect([text, standIns.size]).toEqual(['', 0]);
});

test('adds a hidden field without arguments for each set of arguments, with the rules of the real field', () => {
  const { text, standIns, requiredStandIns } = correct(`type T @join__type(graph: A) @join__type(graph: B) {
    price(currency: String): Int @join__field(graph: A) @join__field(graph: B, external: true) @auth @deprecated
    tax: Int @join__field(graph: B, requires: "price(currency: \\"EUR\\")") }`);
  const [[name, standIn] = ['', undefined]] = [...standIns];
  expect(name).toMatch(/^price__[0-9a-f]{12}$/);
  expect(standIn?.arguments.map((argument) => print(argument))).toEqual(['currency: "EUR"']);
  expect(text).toBe(
    `type T @join__type(graph: A) @join__type(graph: B) { price(currency: String): Int @join__field(graph: A) @auth @deprecated tax: Int @join__field(graph: B, requires: "${name}") ${name}: Int @join__field(graph: A) @join__field(graph: B, external: true) @auth @hidden }`,
  );
  expect(requiredStandIns).toEqual(new Map([['B', new Map([['T.tax', new Map([[name, new Map()]])]])]]));
});

test('adds the field of an interface to the types that implement it too', () => {
  const { text, standIns, requiredStandIns } = correct(`
    type T @join__type(graph: A) { owner: Owner sum: Int @join__field(graph: A, requires: "owner { ... on Owner { debt(n: 1) } }") }
    interface Owner @join__type(graph: A) { debt(n: Int): Int }
    type User implements Owner @join__type(graph: A) { debt(n: Int): Int }
    type Robot @join__type(graph: A) { debt(n: Int): Int }`);
  const [name = ''] = [...standIns.keys()];
  expect(text).toMatch(new RegExp(`interface Owner .*${name}: Int.* type User .*${name}: Int`));
  expect(text).not.toContain('Robot');
  expect(requiredStandIns.get('A')?.get('T.sum')).toEqual(new Map([['owner', new Map([[name, new Map()]])]]));
});
