// Supergraphs on which a short operation has very many plans: each kind through which Apollo's planner takes exponential time or
// memory. The operations are cheap by every other measure.
import { compose } from '../plan/chained-requires.ts';
import { link, type SmallSubgraph } from '../small-graph.ts';

const count = (length: number) => Array.from({ length }, (_, index) => index);

/** Types of an interface whose field `x` any of four other subgraphs can resolve: 4 to the power of `size` choices. */
const spreadTypes = (name: string, size: number, fields = '') =>
  `interface ${name} { id: ID! ${fields && 'x: String'} }
  ${count(size)
    .map((index) => `type ${name}${index} implements ${name} @key(fields: "id") { id: ID! ${fields} }`)
    .join('\n')}`;

/** An interface that leads to itself, in each subgraph by the same types. */
const selfTypes = `interface P { id: ID! p: P }
  ${['A', 'B', 'C', 'D'].map((name) => `type ${name} implements P @key(fields: "id") { id: ID! p: P @shareable }`).join('\n')}`;

const owner = `  type Query { n(by: Int): Int spread: [S] wide: [W] q: P @shareable object: O }
  ${spreadTypes('S', 8)}
  ${spreadTypes('W', 20)}
  ${selfTypes}
  interface O @key(fields: "id") { id: ID! }
  type O1 implements O @key(fields: "id") { id: ID! }
  type O2 implements O @key(fields: "id") { id: ID! }`;

const others = count(4).map(
  (index) => `  ${index < 2 ? `type Query { q: P @shareable } ${selfTypes}` : ''}
  ${spreadTypes('S', 8, 'x: String @shareable')}
  ${spreadTypes('W', 20, 'x: String @shareable')}
  ${index < 3 ? 'type O @interfaceObject @key(fields: "id") { id: ID! io: O @shareable c: Int @shareable }' : ''}`,
);

/** `{ n(by: …) }` and its aliases are honest operations. */
export const hostileGraph: Readonly<Record<string, SmallSubgraph>> = {
  owner: { sdl: link + owner, resolvers: { Query: { n: (_: unknown, { by = 1 }: { by?: number }) => by } } },
  ...Object.fromEntries(others.map((sdl, index) => [`other${index}`, { sdl: link + sdl }])),
};

export function composeHostileGraph(): string {
  return compose({ owner, ...Object.fromEntries(others.map((sdl, index) => [`other${index}`, sdl])) });
}

/** By what makes them expensive. */
export const hostileOperations = {
  'an interface whose types have several owners': '{ spread { x } }',
  'an interface with so many types that a list of choices has no valid length': '{ wide { x } }',
  'an interface that leads to itself': '{ q { p { p { p { p { id } } } } } }',
  'an interface object that leads to itself': '{ object { io { io { io { io { io { c } } } } } } }',
};
