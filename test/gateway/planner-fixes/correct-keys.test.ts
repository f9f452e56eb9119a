import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { correctKeys } from '../../../gateway/planner-fixes/correct-keys.ts';
import { getFieldsTypes } from '../../../gateway/supergraph/join-directives.ts';

const correct = (sdl: string) =>
  [...correctKeys(getFieldsTypes(parse(sdl)))].map(([name, type]) => [
    name,
    print(type).replaceAll(/\s+/g, ' '),
  ]);

test('changes no type whose keys can all be resolved', () => {
  expect(correct('type T @join__type(graph: A, key: "id") { id: ID! }')).toEqual([]);
});

test('puts the keys that a subgraph can resolve first, and keeps the order of all others', () => {
  expect(
    correct(`type T @join__type(graph: A, key: "id", resolvable: false) @other @join__type(graph: A, key: "code")
      @join__type(graph: B, key: "id") { id: ID! code: ID! }`),
  ).toEqual([
    [
      'T',
      'type T @other @join__type(graph: A, key: "code") @join__type(graph: B, key: "id") @join__type(graph: A, key: "id", resolvable: false) { id: ID! code: ID! }',
    ],
  ]);
});

test('requires the key as well where every key that the subgraph can resolve has an external field', () => {
  const sdl = (external: string) => `
    type T @join__type(graph: A, key: "id", resolvable: false) @join__type(graph: A, key: "org { code }") {
      id: ID! org: Org y: Int @join__field(graph: A, requires: "w") z: Int @join__field(graph: B, requires: "w") }
    type Org @join__type(graph: A) { code: ID! @join__field(graph: A${external}) }`;
  const [[, external] = []] = correct(sdl(', external: true'));
  expect(external).toContain('y: Int @join__field(graph: A, requires: "w org { code }")');
  expect(external).toContain('z: Int @join__field(graph: B, requires: "w")');
  const [[, own] = []] = correct(sdl(''));
  expect(own).toContain('y: Int @join__field(graph: A, requires: "w")');
});
