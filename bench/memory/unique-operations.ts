// Unique operations, as an attacker would send them. All are valid and planned over three subgraphs. Their aliases reach the
// subgraphs, which prepare texts that they will not see again.

/** Bodies of `count` of them, from the one with this number on. */
export function buildUniqueOperations(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify({ query: operation(from + index) }));
}

function operation(number: number): string {
  return `query Made${number} { a${number}: me { b${number}: name purchases(first: 2) { edges { node {
    c${number}: status payment { d${number}: status } lines { e${number}: quantity product { f${number}: name } }
  } } } } }`;
}
