// A graph of a catalogue with @cacheControl, and of accounts without it. Tests can count the fetches to the catalogue and hold its
// responses, and see in them for which viewer they were fetched.
import type { ChangeHub } from '../../../platform/changes/change-hub.ts';
import { createChangeHub } from '../../../platform/changes/change-hub.ts';
import type { EnvironmentSource } from '../../../platform/process/variables.ts';
import type { RequestContext } from '../../../platform/subgraph/context.ts';
import { link, openSmallGraph, type SmallGraph } from '../small-graph.ts';

const hints = `
  extend schema @link(url: "https://tributary.dev/cache/v1.0", import: ["@cacheControl"])
    @link(url: "https://tributary.dev/auth/v1.0", import: ["@auth"])
    @composeDirective(name: "@cacheControl") @composeDirective(name: "@auth")
  directive @auth(allow: [String!]!) on FIELD_DEFINITION
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum CacheControlScope { PUBLIC PRIVATE }`;

const catalogue = `${link}${hints}
  type Query {
    product(id: ID!, like: Like): Product @cacheControl(maxAge: 60)
    forYou: [Product!]!
    greeting: String
    profile: Profile @cacheControl(scope: PRIVATE)
    broken: Product @cacheControl(maxAge: 60)
  }
  type Mutation { rename(id: ID!, name: String!): Product }
  type Product @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID! name: String! stock: Int! @cacheControl(maxAge: 0, scope: PUBLIC)
    asked: String! margin(of: Int): String @auth(allow: ["staff"])
    rebate(of: Int): String @cacheControl(scope: PRIVATE)
  }
  type Profile @cacheControl(maxAge: 30) { name: String! }
  input Like { color: String size: Int }`;

const accounts = `${link}
  type Query { me: Account basket: [Product!]! sessionByToken(token: String!): Session @inaccessible }
  type Account { name: String! }
  type Session @inaccessible { accountId: ID! sessionId: ID! roles: [String!]! }
  type Product @key(fields: "id") { id: ID! boughtBy: String }`;

const labels = `${link}${hints}
  type Product @key(fields: "id") {
    id: ID! rebate(of: Int): String @external label: String @requires(fields: "rebate(of: 1)") @cacheControl(maxAge: 60)
  }`;

export interface Shop extends SmallGraph {
  hub: ChangeHub;
  /** Changes a name without a write through the gateway and without a change notice. */
  rename: (name: string) => void;
  /** The catalogue answers nothing until the returned function is called. */
  hold: () => () => void;
  /** The texts of all fetches to the catalogue so far. */
  catalogueFetches: () => string[];
}

export async function openShop(source: EnvironmentSource = {}): Promise<Shop> {
  let name = 'Teapot';
  let held: Promise<void> = Promise.resolve();
  const hub = createChangeHub({ isReceiving: true });
  const product = async ({ id }: { id: string }) => {
    // Reads before it waits, as a database does.
    const found = { id, name, stock: 3 };
    await held;
    return id === 'none' ? null : found;
  };
  const describeViewer = ({ viewer }: RequestContext) =>
    viewer.kind === 'account' ? viewer.accountId : viewer.kind;
  const graph = await openSmallGraph(
    {
      catalogue: {
        sdl: catalogue,
        resolvers: {
          Query: {
            product: (_root: unknown, args: { id: string }) => product(args),
            greeting: async (_root: unknown, _args: unknown, ctx: RequestContext) => {
              await held;
              return `Hello, ${describeViewer(ctx)}`;
            },
            profile: (_root: unknown, _args: unknown, ctx: RequestContext) => ({ name: describeViewer(ctx) }),
            forYou: (_root: unknown, _args: unknown, ctx: RequestContext) => [
              { id: describeViewer(ctx), name: 'Teapot', stock: 3 },
            ],
            broken: () => {
              throw new Error('out of order');
            },
          },
          Mutation: {
            rename: (_root: unknown, args: { id: string; name: string }) => {
              name = args.name;
              return { id: args.id, name, stock: 3 };
            },
          },
          Product: {
            __resolveReference: product,
            asked: (_product: unknown, _args: unknown, ctx: RequestContext) => describeViewer(ctx),
            margin: (_product: unknown, _args: unknown, ctx: RequestContext) =>
              `the margin, ${describeViewer(ctx)}`,
            rebate: (_product: unknown, _args: unknown, ctx: RequestContext) =>
              `the rebate, ${describeViewer(ctx)}`,
          },
        },
      },
      labels: {
        sdl: labels,
        resolvers: {
          Product: {
            __resolveReference: (product: object) => product,
            label: ({ rebate }: { rebate: string }) => `less ${rebate}`,
          },
        },
      },
      accounts: {
        sdl: accounts,
        resolvers: {
          Query: {
            me: (_root: unknown, _args: unknown, ctx: RequestContext) => ({ name: describeViewer(ctx) }),
            basket: (_root: unknown, _args: unknown, ctx: RequestContext) => [{ id: describeViewer(ctx) }],
            sessionByToken: (_root: unknown, { token }: { token: string }) =>
              token === 'nobodys' ? null : { accountId: token, sessionId: '1', roles: ['CUSTOMER', 'STAFF'] },
          },
          Product: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            boughtBy: (_product: unknown, _args: unknown, ctx: RequestContext) => describeViewer(ctx),
          },
        },
      },
    },
    source,
    { changeNoticesFor: (subgraph) => (subgraph === 'catalogue' ? hub : undefined) },
  );
  return {
    ...graph,
    hub,
    rename: (next) => {
      name = next;
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    catalogueFetches: () =>
      graph.asked.flatMap(({ name: asked, operation }) => (asked === 'catalogue' ? [operation.query] : [])),
  };
}
