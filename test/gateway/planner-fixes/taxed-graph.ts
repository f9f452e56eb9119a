// Two subgraphs, one of which computes fields from a field of the other's with several arguments.
import { link, type SmallSubgraph } from '../small-graph.ts';

export const taxes: SmallSubgraph = {
  sdl: `${link} type Product @key(fields: "id") {
    id: ID!
    price(currency: String): Int @external
    eur(times: Int): Int @requires(fields: "price(currency: \\"EUR\\")")
    gbp: Int @requires(fields: "price(currency: \\"GBP\\")")
    odd: Int @requires(fields: "price(currency: \\"odd\\")")
    broken: Int @requires(fields: "price(currency: \\"GBP\\")")
    free: Int
  }`,
  resolvers: {
    Product: {
      __resolveReference: (reference: object) => reference,
      eur: ({ price }: { price: number }, { times }: { times?: number }) => price * (times ?? 1),
      gbp: ({ price }: { price: number }) => price,
      odd: ({ price }: { price: number | null }) => price,
      free: () => 0,
      broken: () => {
        throw new Error('out of order');
      },
    },
  },
};
export const products: SmallSubgraph = {
  sdl: `${link} type Query { products: [Product!]! } type Product @key(fields: "id") { id: ID! price(currency: String): Int }`,
  resolvers: {
    Query: { products: () => [{ id: '1' }, { id: '2' }] },
    Product: {
      price: ({ id }: { id: string }, { currency }: { currency?: string }) => {
        if (currency === 'odd' && id === '2') throw new Error('no such currency');
        return Number(id) * (currency === 'EUR' ? 2 : 3);
      },
    },
  },
};
