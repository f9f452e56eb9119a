// Interfaces that some subgraph has without any type that implements them. It can still answer null there, or an empty list,
// which take no type. The planner sees only that no object can come of it, and asks for nothing: not for the field, not for
// what holds it (`{ me { pet { name } } }`: `me` would be null), not for a mutation. What helps is planner-fixes/probe-unimplemented-fields.ts.
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
  const hollow = new Set<string>();
  for (const [name, type] of types) {
    if (type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const isHollow = directivesNamed(type, 'join__type').some(
      (join) =>
        booleanArgument(join, 'isInterfaceObject') !== true &&
        !implemented.has(`${stringArgument(join, 'graph')} ${name}`),
    );
    if (isHollow) hollow.add(name);
  }
  return hollow;
}
