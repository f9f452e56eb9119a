// Stand-ins: fields without arguments that take the place of fields with arguments inside @requires. How they are named, and
// which of them a field requires. planner-fixes/correct-requires.ts adds them to a supergraph.
import { createHash } from 'node:crypto';
import { type ArgumentNode, type FieldNode, Kind, print, type SelectionSetNode } from 'graphql';

/** What a field that stands for another one with arguments stands for. */
export interface StandIn {
  name: string;
  arguments: readonly ArgumentNode[];
}

/** The keys of a representation that lead to stand-ins, those included. */
export type RequiredStandIns = ReadonlyMap<string, RequiredStandIns>;

/** The same in every process and after every reload, as long as field and arguments are the same. */
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
  const needs = new Map<string, RequiredStandIns>();
  for (const node of set.selections) {
    if (node.kind === Kind.FRAGMENT_SPREAD) continue;
    const inner =
      node.selectionSet === undefined
        ? new Map<string, RequiredStandIns>()
        : findRequiredStandIns(node.selectionSet, standIns);
    if (node.kind === Kind.INLINE_FRAGMENT) mergeRequiredStandIns(needs, inner);
    else if (inner.size > 0 || standIns.has(node.name.value))
      mergeRequiredStandIns(needs, new Map([[node.name.value, inner]]));
  }
  return needs;
}

export function mergeRequiredStandIns(target: Map<string, RequiredStandIns>, source: RequiredStandIns): void {
  for (const [key, inner] of source) {
    const merged = new Map(target.get(key));
    mergeRequiredStandIns(merged, inner);
    target.set(key, merged);
  }
}
