// The SDL that Apollo's planner gets: the same where nothing needs a correction, and one that the planner accepts where something does.
import { Supergraph } from '@apollo/federation-internals';
import { prettyFormatQueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { createPlanner } from '../../../gateway/plan/planner.ts';
import { correctSupergraph } from '../../../gateway/planner-fixes/correct-supergraph.ts';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { link, writeMap } from '../small-graph.ts';

function composed(schemas: Readonly<Record<string, string>>): string {
  const linked = Object.entries(schemas).map(([name, sdl]) => [name, link + sdl]);
  return composeSupergraph(writeMap(Object.fromEntries(linked)).map).supergraphSdl;
}

function planOf(sdl: string, query: string): string {
  return prettyFormatQueryPlan(createPlanner(sdl).plan(parse(query))).replaceAll(/\s+/g, ' ');
}

const priced = {
  products: `type Query { product: Product } type Product @key(fields: "id") { id: ID! price(currency: String = "USD"): Int }`,
  taxes: `type Product @key(fields: "id") { id: ID! price(currency: String = "USD"): Int @external
    eur: Int @requires(fields: "price(currency: \\"EUR\\")")
    again: Int @requires(fields: "price(currency:\\"EUR\\")")
    usd: Int @requires(fields: "price") }`,
};

test('leaves a supergraph that needs no correction as it is, to the letter', () => {
  const sdl = composed({
    a: 'type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int): Int w: Int }',
    b: 'type T @key(fields: "id") { id: ID! w: Int @external y: Int @requires(fields: "w") }',
  });
  const corrected = correctSupergraph(sdl);
  expect(corrected.sdl).toBe(sdl);
  expect([...corrected.subgraphsWithStandIns, ...corrected.unimplementedInterfaces]).toEqual([]);
});

test('gives each set of arguments inside @requires a stand-in, whose name depends on nothing else', () => {
  const { sdl, standIns, requiredStandIns: needs } = correctSupergraph(composed(priced));
  expect([...standIns.values()].map(({ name, arguments: given }) => [name, given.length])).toEqual([
    ['price', 1],
    ['price', 0],
  ]);
  const [eur = '', usd = ''] = [...standIns.keys()];
  expect(sdl).toContain(`requires: "${eur}"`);
  expect(sdl).toContain(`requires: "${usd}"`);
  expect([...(needs.get('taxes')?.get('Product.again')?.keys() ?? [])]).toEqual([eur]);
  const other = correctSupergraph(
    composed({ ...priced, more: 'type Query { more: Int } type Product @key(fields: "id") { id: ID! }' }),
  );
  expect([...other.standIns.keys()]).toEqual([eur, usd]);
});

test('the planner accepts the corrected SDL, and clients see no stand-in', () => {
  const given = composed(priced);
  const { sdl } = correctSupergraph(given);
  const supergraph = Supergraph.build(sdl);
  expect(supergraph.apiSchema().toGraphQLJSSchema().toConfig().types.map(String).sort()).toEqual(
    Supergraph.build(given).apiSchema().toGraphQLJSSchema().toConfig().types.map(String).sort(),
  );
  const fields = supergraph.apiSchema().type('Product') as unknown as { fields: () => { name: string }[] };
  expect(fields.fields().map(({ name }) => name)).toEqual(['id', 'price', 'eur', 'again', 'usd']);
});

test('hides stand-ins with the @inaccessible that the supergraph has already', () => {
  const { sdl } = correctSupergraph(
    composed({ ...priced, hidden: 'type Query { hidden: Int @inaccessible }' }),
  );
  expect(sdl.match(/directive @inaccessible/g)).toHaveLength(1);
  expect(sdl.match(/specs\.apollo\.dev\/inaccessible/g)).toHaveLength(1);
  expect(planOf(sdl, '{ product { eur price } }')).toMatch(/\{ __typename id price__\w+ price \} .* eur/);
});

test('a field stays @external where an interface of that subgraph has it, also when no directive uses it any more', () => {
  const { sdl, standIns } = correctSupergraph(
    composed({
      a: `type Query { t: T } type T @key(fields: "id") { id: ID! x(n: Int): Int }`,
      b: `interface HasX { x(n: Int): Int }
        type T implements HasX @key(fields: "id") { id: ID! x(n: Int): Int @external y: Int @requires(fields: "x(n: 1)") }`,
    }),
  );
  const [name = ''] = [...standIns.keys()];
  expect(sdl).toMatch(
    / x\(n: Int\): Int @join__field\(graph: A\) @join__field\(graph: B, external: true\)\n/,
  );
  expect(planOf(sdl, '{ t { y x } }')).toContain(`id ${name} x }`);
});

test('a second fetch from a subgraph after @requires uses a key that the subgraph resolves', () => {
  const sdl = composed({
    a: `type Query { t: T } type T @key(fields: "id", resolvable: false) @key(fields: "code") {
      id: ID! code: ID! w: Int @external y: Int @requires(fields: "w") }`,
    b: 'type T @key(fields: "id") { id: ID! w: Int }',
  });
  expect(planOf(sdl, '{ t { y } }')).toContain('{ ... on T { __typename w id } }');
  expect(planOf(correctSupergraph(sdl).sdl, '{ t { y } }')).toContain('{ ... on T { __typename w code } }');
});

test('finds an interface without types in a subgraph, and none with types or with an interface object', () => {
  const { unimplementedInterfaces } = correctSupergraph(
    composed({
      a: `type Query { i: I j: J } interface I { id: ID! } interface J @key(fields: "id") { id: ID! }
        type K implements J @key(fields: "id") { id: ID! }`,
      b: `interface I { id: ID! } type L implements I { id: ID! }
        type J @interfaceObject @key(fields: "id") { id: ID! more: Int }`,
    }),
  );
  expect([...unimplementedInterfaces]).toEqual(['I']);
});
