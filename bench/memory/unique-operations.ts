// Operations of which no two are alike, as an attacker would send them, in four kinds. Those that are valid reach the subgraphs, which
// prepare texts that they will not see again.

export const uniqueKinds = ['refused', 'small', 'large', 'unique'] as const;
export type UniqueKind = (typeof uniqueKinds)[number];

export const describeKind: Readonly<Record<UniqueKind, string>> = {
  refused: 'refused, of 9 kB',
  small: 'one field',
  large: 'forty fields of one entity, under names of their own',
  unique: 'planned over three subgraphs',
};

const builders: Readonly<Record<UniqueKind, (number: number) => string>> = {
  refused: (number) => `{ me { ${'id name email roles createdAt '.repeat(290)} nothing${number} } }`,
  small: (number) => `{ s${number}: me { id } }`,
  large: (number) =>
    `{ me { ${Array.from({ length: 40 }, (_, index) => `large${number}_${index}: name`).join(' ')} } }`,
  // Their aliases reach the subgraphs.
  unique: (
    number,
  ) => `query Made${number} { a${number}: me { b${number}: name purchases(first: 2) { edges { node {
    c${number}: status payment { d${number}: status } lines { e${number}: quantity product { f${number}: name } }
  } } } } }`,
};

/** Bodies of `count` of them, from the one with this number on. */
export function buildUniqueOperations(kind: UniqueKind, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => JSON.stringify({ query: builders[kind](from + index) }));
}
