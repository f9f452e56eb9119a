import { expect, test } from 'vitest';
import { parseJoinedSubgraphs, SupergraphError } from '../../../gateway/supergraph/join-graph.ts';

test('reads name, URL and line of each subgraph', () => {
  const sdl =
    'enum join__Graph {\n  A @join__graph(name: "a", url: "http://a/graphql")\n  B @join__graph(name: "b")\n}';
  expect(parseJoinedSubgraphs(sdl)).toEqual([
    { name: 'a', url: 'http://a/graphql', line: 2 },
    { name: 'b', url: '', line: 3 },
  ]);
});

test.each([
  [
    'that does not parse',
    'type Query {\n  a: }',
    /^Line 2: Syntax Error: .+[^.]\. Give the gateway the SDL that a composition wrote/,
  ],
  [
    'without subgraphs',
    'type Query { a: Int }',
    /^It is no supergraph: it has no enum join__Graph\. Give the gateway/,
  ],
  [
    'with a subgraph that has no name',
    'enum join__Graph {\n  A\n}',
    /^Line 2: A has no @join__graph\(name:, url:\)\. Give the gateway/,
  ],
])('refuses SDL %s, and says what to do', (_name, sdl, message) => {
  expect(() => parseJoinedSubgraphs(sdl)).toThrow(SupergraphError);
  expect(() => parseJoinedSubgraphs(sdl)).toThrow(message);
});
