// Composes a supergraph of one subgraph, for tests of what a supergraph declares.
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { expect } from 'vitest';

export const federation = 'https://specs.apollo.dev/federation/v2.9';

export function composeOne(sdl: string): string {
  const { supergraphSdl, errors } = composeServices([{ name: 'a', url: 'http://a', typeDefs: parse(sdl) }]);
  expect(errors).toBeUndefined();
  return supergraphSdl ?? '';
}
