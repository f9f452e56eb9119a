import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { findUnimplementedInterfaces } from '../../../gateway/planner-fixes/unimplemented-interfaces.ts';
import { getFieldsTypes } from '../../../gateway/supergraph/join-directives.ts';

const find = (sdl: string) => [...findUnimplementedInterfaces(getFieldsTypes(parse(sdl)))];

test('finds an interface that one of its subgraphs does not implement', () => {
  const dog = 'type Dog implements Pet @join__type(graph: A) @join__type(graph: B)';
  const pet = 'interface Pet @join__type(graph: A) @join__type(graph: B) { id: ID! }';
  const byA = '@join__implements(graph: A, interface: "Pet")';
  const byB = '@join__implements(graph: B, interface: "Pet")';
  expect(find(`${pet} ${dog} ${byA} { id: ID! }`)).toEqual(['Pet']);
  expect(find(`${pet} ${dog} ${byA} ${byB} { id: ID! }`)).toEqual([]);
});

test('counts an interface object as implemented', () => {
  expect(find('interface Pet @join__type(graph: A, isInterfaceObject: true) { id: ID! }')).toEqual([]);
});
