// Circles of imports, between files and between rooms. A room is a folder inside a part (`gateway/plan`, `platform/calls`,
// `subgraphs/payments/provider`); a file that lies beside the rooms counts as a room of its own. Imports of types count: a
// reader follows them as well. circle-rules.test.ts shows on made-up sources that each rule can fail.
import { getPart, resolveImports, type Source } from './imports.ts';

type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Files that import each other, directly or through others. */
export function circlesOfFiles(sources: readonly Source[]): string[] {
  const graph = new Map(
    sources.map((source) => [source.path, new Set(resolveImports(source).map(({ target }) => target))]),
  );
  return findCircles(graph).map((circle) => `these files import each other: ${circle.join(', ')}`);
}

/** Rooms of one part that import each other: arrows between rooms go one way. */
export function circlesOfRooms(sources: readonly Source[]): string[] {
  const graph = new Map<string, Set<string>>();
  for (const source of sources) {
    const room = getRoom(source.path);
    const imported = graph.get(room) ?? new Set();
    graph.set(room, imported);
    for (const { target } of resolveImports(source)) {
      const other = getRoom(target);
      if (other !== room && getPart(target) === getPart(source.path)) imported.add(other);
    }
  }
  return findCircles(graph).map((circle) => `these rooms import each other: ${circle.join(', ')}`);
}

/** `gateway/plan/planner.ts` lies in `gateway/plan`; `gateway/gateway.ts` is a room of its own. */
function getRoom(path: string): string {
  const part = getPart(path);
  const [first = '', ...rest] = path.slice(part.length + 1).split('/');
  return rest.length === 0 ? path : `${part}/${first}`;
}

/** The strongly connected components of more than one node (Tarjan 1972), each in the order of the alphabet. */
function findCircles(graph: Graph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    const number = order.size;
    order.set(node, number);
    let low = number;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (path.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low);
    }
    lowest.set(node, low);
    if (low === number) {
      const circle = path.splice(path.indexOf(node));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
