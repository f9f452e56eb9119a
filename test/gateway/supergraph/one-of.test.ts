// @oneOf from the SDL of a subgraph to the refusal of an operation: no input with two keys or with a null reaches the subgraph.

import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { composeServices as composeIndependently } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Documents } from '../../../gateway/limits/documents.ts';
import { readGatewaySettings } from '../../../gateway/settings/settings.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { required } from '../../support/required.ts';
import { link, openSmallGraph, type SmallGraph } from '../small-graph.ts';

const types = `type Query { find(by: By!, all: [By!]): String list(any: [By], deep: [[By!]!]!, in: Lists): String }
  input By @oneOf { id: ID name: String near: Near }
  input Lists { any: [By] }
  input Near @oneOf { city: String country: String }`;
const validation = 'GRAPHQL_VALIDATION_FAILED';
const input = 'BAD_USER_INPUT';

const refused: [query: string, variables: object, code: string][] = [
  ['{ find(by: {}) }', {}, validation],
  ['{ find(by: {id: null}) }', {}, validation],
  ['{ find(by: {id: 1, name: "a"}) }', {}, validation],
  ['{ find(by: {id: 1, name: null}) }', {}, validation],
  ['{ find(by: {near: {city: null}}) }', {}, validation],
  ['{ find(by: {id: 1}, all: [{id: 2, name: "a"}]) }', {}, validation],
  ['query ($id: ID) { find(by: {id: $id}) }', { id: null }, validation],
  ['query ($id: ID) { find(by: {id: $id}) }', {}, validation],
  ['query ($id: ID) { find(by: {id: $id}) }', { id: '1' }, validation],
  ['query ($id: ID = "1") { find(by: {id: $id}) }', {}, validation],
  ['query ($id: ID, $name: String) { find(by: {id: $id, name: $name}) }', { id: '1' }, validation],
  ['query ($id: ID) { find(by: {id: 1}, all: [{id: $id}]) }', { id: null }, validation],
  ['query ($id: ID) { list(any: {id: $id}, deep: []) }', { id: null }, validation],
  ['query ($id: ID) { list(deep: {id: $id}) }', { id: null }, validation],
  ['query ($id: ID) { list(deep: [{id: $id}]) }', {}, validation],
  ['query ($id: ID) { list(deep: [[{id: $id}]]) }', {}, validation],
  ['query ($id: ID) { list(any: [{id: $id}], deep: []) }', {}, validation],
  ['query ($id: ID) { list(in: {any: {id: $id}}, deep: []) }', {}, validation],
  ['query ($id: ID) { ...F } fragment F on Query { list(deep: {near: {city: $id}}) }', {}, validation],
  ['query ($near: Near) { list(deep: {near: $near}) }', {}, validation],
  ['query ($id: ID!) { find(by: {id: $id}) }', { id: null }, input],
  ['query ($by: By!) { find(by: $by) }', { by: { id: null } }, input],
  ['query ($by: By!) { find(by: $by) }', { by: {} }, input],
  ['query ($by: By!) { find(by: $by) }', { by: { id: '1', name: null } }, input],
  ['query ($by: By!) { find(by: $by) }', { by: { near: { city: 'a', country: 'b' } } }, input],
  ['query ($all: [By!]) { find(by: {id: 1}, all: $all) }', { all: [{ id: '1' }, { name: null }] }, input],
];
const accepted: [query: string, variables: object][] = [
  ['{ find(by: {id: 1}) }', {}],
  ['query ($id: ID!) { find(by: {id: $id}) }', { id: '1' }],
  ['query ($by: By!) { find(by: $by) }', { by: { near: { city: 'a' } } }],
  ['query ($by: By!, $all: [By!]) { find(by: $by, all: $all) }', { by: { id: '1' }, all: null }],
  ['query ($id: ID!) { find: list(any: {id: $id}, deep: {id: $id}) }', { id: '1' }],
  ['query ($by: By, $any: [By]) { find: list(any: [$by], deep: [], in: {any: $any}) }', {}],
];

describe('in a graph of this project', () => {
  let graph: SmallGraph;
  beforeAll(async () => {
    graph = await openSmallGraph({
      a: { sdl: `${link}${types}`, resolvers: { Query: { find: () => 'found', list: () => 'found' } } },
      b: {
        sdl: `${link}type Query { other(by: By!): Int } input By @oneOf { id: ID name: String near: Near }
        directive @oneOf on INPUT_OBJECT
        input Near @oneOf { city: String country: String }`,
      },
    });
  });
  afterAll(() => graph?.close());

  test.each(refused)('%s with %j is refused', async (query, variables, code) => {
    const response = await graph.post({ query, variables });
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect(new Set(errors.map(({ extensions }) => JSON.stringify(extensions)))).toEqual(
      new Set([JSON.stringify({ code })]),
    );
    expect(graph.asked).toEqual([]);
  });

  test.each(accepted)('%s with %j is answered', async (query, variables) => {
    expect(await (await graph.post({ query, variables })).json()).toEqual({ data: { find: 'found' } });
    graph.asked.length = 0;
  });

  test('introspection tells it', async () => {
    const query = '{ __type(name: "By") { isOneOf } }';
    expect(await (await graph.post({ query })).json()).toEqual({ data: { __type: { isOneOf: true } } });
  });
});

const composers: Record<string, () => string | undefined> = {
  'Apollo, with @composeDirective': () =>
    composeServices([
      {
        name: 'a',
        url: 'http://a',
        typeDefs: parse(`${link}extend schema
          @link(url: "https://example.com/one-of/v1.0", import: ["@oneOf"]) @composeDirective(name: "@oneOf")
          directive @oneOf on INPUT_OBJECT ${types}`),
      },
    ]).supergraphSdl,
  'The Guild': () =>
    composeIndependently([{ name: 'a', url: 'http://a', typeDefs: parse(`${link}${types}`) }]).supergraphSdl,
};

test.each(Object.entries(composers))('in a supergraph of %s the same is refused', (_name, compose) => {
  const supergraphSdl = required(compose(), 'it composes');
  const schema = Supergraph.build(supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema();
  const settings = readGatewaySettings(readEnvironment({ NODE_ENV: 'test' }));
  const documents = new Documents({ schema, supergraphSdl, isProduction: true, settings });
  const check = (query: string, variables: object) => {
    const { document, refusals } = documents.read(query);
    if (refusals.length > 0) return refusals[0]?.code;
    const [operation] = document.definitions;
    return documents.check(document, operation as never, { ...variables })[0]?.extensions.code;
  };
  expect(refused.map(([query, variables]) => check(query, variables))).toEqual(
    refused.map(([, , code]) => code),
  );
  expect(accepted.map(([query, variables]) => check(query, variables))).toEqual(
    accepted.map(() => undefined),
  );
});
