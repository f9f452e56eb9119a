// Finds the interfaces that some subgraph defines without a type that implements them. Such a subgraph can still answer null or an
// empty list. Apollo's planner sees that no object can come of the field, and plans no fetch: not for the field, not for what holds
// it (`{ me { pet { name } } }`: `me` would be null), not for a mutation. planner-fixes/probe-unimplemented-fields.ts corrects it.
import { Kind } from 'graphql';
import {
  booleanArgument,
  directivesNamed,
  type FieldsType,
  stringArgument,
} from '../supergraph/join-directives.ts';

export function findUnimplementedInterfaces(types: ReadonlyMap<string, FieldsType>): Set<string> {
  const implemented = new Set<string>();
  for (const type of types.values())
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION)
      for (const join of directivesNamed(type, 'join__implements'))
        implemented.add(`${stringArgument(join, 'graph')} ${stringArgument(join, 'interface')}`);
  const unimplemented = new Set<string>();
  for (const [name, type] of types) {
    if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const isUnimplemented = directivesNamed(type, 'join__type').some(
      (join) =>
        booleanArgument(join, 'isInterfaceObject') !== true &&
        !implemented.has(`${stringArgument(join, 'graph')} ${name}`),
    );
    if (isUnimplemented) unimplemented.add(name);
  }
  return unimplemented;
}
