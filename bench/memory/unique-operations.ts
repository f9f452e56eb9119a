// Operations that an adversary makes up: all of them fit the graph and are planned over three subgraphs, and no two of them
// are alike. Their aliases go on to the subgraphs, which prepare texts that they will not see again.

/** Bodies of `count` of them, from the one with this number on. */
export function uniqueOperations(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify({ query: operation(from + index) }));
}

function operation(number: number): string {
  return `query Made${number} { a${number}: me { b${number}: name purchases(first: 2) { edges { node {
    c${number}: status payment { d${number}: status } lines { e${number}: quantity product { f${number}: name } }
  } } } } }`;
}
