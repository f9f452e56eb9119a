// Names stand-ins, and finds which of them a field requires. A stand-in is a field without arguments that takes the place of a
// field with arguments inside @requires. planner-fixes/correct-requires.ts adds stand-ins to a supergraph.
import { createHash } from 'node:crypto';
import { type ArgumentNode, type FieldNode, Kind, print, type SelectionSetNode } from 'graphql';

/** The real field and the arguments that a stand-in takes the place of. */
export interface StandIn {
  name: string;
  arguments: readonly ArgumentNode[];
}

/** Stand-ins as a tree of the keys that lead to them in a representation; a leaf is a stand-in. */
export type RequiredStandIns = ReadonlyMap<string, RequiredStandIns>;

/** Depends on the field and the arguments alone, so that it is the same in every process and after a change of the supergraph. */
export function getStandInName({ name, arguments: given = [] }: FieldNode): string {
  const texts = given.map((argument) => print(argument)).sort();
  const hash = createHash('sha256')
    .update(JSON.stringify([name.value, ...texts]))
    .digest('hex');
  return `${name.value}__${hash.slice(0, 12)}`;
}

export function findRequiredStandIns(
  set: SelectionSetNode,
  standIns: ReadonlyMap<string, StandIn>,
): RequiredStandIns {
  const required = new Map<string, RequiredStandIns>();
  for (const node of set.selections) {
    if (node.kind === Kind.FRAGMENT_SPREAD) continue;
    const inner =
      node.selectionSet === undefined
        ? new Map<string, RequiredStandIns>()
        : findRequiredStandIns(node.selectionSet, standIns);
    if (node.kind === Kind.INLINE_FRAGMENT) mergeRequiredStandIns(required, inner);
    else if (inner.size > 0 || standIns.has(node.name.value))
      mergeRequiredStandIns(required, new Map([[node.name.value, inner]]));
  }
  return required;
}

export function mergeRequiredStandIns(target: Map<string, RequiredStandIns>, source: RequiredStandIns): void {
  for (const [key, inner] of source) {
    const merged = new Map(target.get(key));
    mergeRequiredStandIns(merged, inner);
    target.set(key, merged);
  }
}
