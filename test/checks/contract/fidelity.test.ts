// Contracts are what the running gateway sends: every registered operation is carried out with its samples by the real
// graph, in memory and over HTTP, and what goes to the subgraphs is compared with contracts/ byte for byte, in both directions.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSchema, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Contract, readContract } from '../../../checks/contract/contract.ts';
import { extractContracts } from '../../../checks/contract/extract.ts';
import { buildRepresentation } from '../../../checks/contract/representation.ts';
import { readOperations } from '../../../checks/operations.ts';
import { matchesCondition } from '../../../checks/plan/conditions.ts';
import { OpenResources } from '../../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { link, openSmallGraph } from '../../gateway/small-graph.ts';
import { required } from '../../support/required.ts';
import { readHealth } from '../../support/viewers.ts';
import {
  openRecordedGraph,
  type RecordedGateway,
  type Sent,
  type Transport,
  transports,
} from './recorded-graph.ts';

const root = resolve(import.meta.dirname, '../../..');
const operations = readOperations(join(root, 'operations'));
const schema = buildSchema(readFileSync(join(root, 'contracts', 'schema.graphql'), 'utf8'), {
  assumeValid: true,
});
const contracts: Contract[] = readSupergraphMap().subgraphs.map(({ name }) => {
  const file = join(root, 'contracts', `${name}.json`);
  return readContract(readFileSync(file, 'utf8'), file);
});

interface CarriedOut {
  answer: { data?: { createSession?: { token: string } }; errors?: unknown };
  sent: Sent[];
}

const opened = new OpenResources();
const carriedOut = new Map<string, CarriedOut>();
let gateways: Record<Transport, RecordedGateway>;
beforeAll(async () => {
  gateways = await openRecordedGraph(opened);
  for (const transport of transports) {
    const gateway = gateways[transport];
    const signedIn = await carryOut(gateway, 'SignIn');
    const token = required(signedIn.answer.data?.createSession, 'Ada is signed in').token;
    carriedOut.set(`SignIn ${transport}`, signedIn);
    for (const { name } of operations)
      if (name !== 'SignIn') carriedOut.set(`${name} ${transport}`, await carryOut(gateway, name, token));
  }
});
afterAll(async () => expect(await opened.close()).toEqual([]));

async function carryOut({ url, sent }: RecordedGateway, name: string, token?: string): Promise<CarriedOut> {
  const { text, variables } = required(
    operations.find((operation) => operation.name === name),
    `${name} is registered`,
  );
  const before = sent.length;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: text, operationName: name, variables }),
  });
  return { answer: (await response.json()) as CarriedOut['answer'], sent: sent.slice(before) };
}

const done = (name: string, transport: Transport) =>
  required(carriedOut.get(`${name} ${transport}`), `${name} was carried out ${transport}`);

/** What the contracts say is sent for an operation. */
const promised = (operation: string) =>
  contracts.flatMap(({ subgraph, interactions }) =>
    interactions
      .filter((interaction) => interaction.operations.includes(operation))
      .map((interaction) => ({ subgraph, ...interaction })),
  );

const cases = transports.flatMap((transport) => operations.map(({ name }) => [name, transport] as const));

test.each(cases)('%s sends %s exactly the fetches of its contracts', (name, transport) => {
  const { answer, sent } = done(name, transport);
  expect(answer.errors).toBeUndefined();
  const wire = sent.map(({ subgraph, operation: { query, operationName, variables, ...more } }) => {
    expect(more).toEqual({});
    const { representations, ...others } = variables ?? {};
    return [subgraph, operationName, query, others, representations !== undefined];
  });
  const said = promised(name).map(({ subgraph, name: operationName, text, variables, requires }) => [
    subgraph,
    operationName,
    text,
    variables,
    requires !== null,
  ]);
  expect(wire.map((one) => JSON.stringify(one)).sort()).toEqual(
    said.map((one) => JSON.stringify(one)).sort(),
  );
});

test.each(cases)(
  '%s sends representations %s with exactly the fields that its contracts require',
  (name, transport) => {
    const interactions = promised(name);
    for (const { subgraph, operation } of done(name, transport).sent) {
      const { requires } = required(
        interactions.find((one) => one.subgraph === subgraph && one.text === operation.query),
        `${operation.query} is in the contract of ${subgraph}`,
      );
      const representations = (operation.variables?.representations ?? []) as { __typename: string }[];
      expect(representations.length > 0).toBe(requires !== null);
      for (const one of representations)
        expect(buildRepresentation(requires ?? '', one.__typename, one, schema)).toEqual({
          sent: one,
          missing: [],
        });
    }
  },
);

test('responds alike in memory and over HTTP, and has sent every interaction whose caller is the gateway', () => {
  for (const { name } of operations.filter((operation) => operation.name !== 'SignIn'))
    expect(done(name, 'in memory').answer).toEqual(done(name, 'over HTTP').answer);
  const sent = new Set(
    [...carriedOut.values()].flatMap((one) => one.sent.map(({ operation }) => operation.query)),
  );
  expect(sent).toEqual(
    new Set(
      contracts.flatMap(({ interactions }) =>
        interactions.filter(({ caller }) => caller === undefined).map(({ text }) => text),
      ),
    ),
  );
});

test.each(transports)('executes every registered operation %s by its compiled plan', async (transport) => {
  const health = await readHealth(gateways[transport].url);
  expect(await health.json()).toMatchObject({ plans: { compiled: operations.length, fallbacks: {} } });
});

test('sends a conditional fetch exactly when the contract says so, for every set of values', async () => {
  const best = { __typename: 'Book', id: '1' };
  const graph = await openSmallGraph({
    books: {
      sdl: `${link}type Query { best: Book } type Book @key(fields: "id") { id: ID! title: String }`,
      resolvers: { Query: { best: () => ({ ...best, title: 'One' }) } },
    },
    stock: {
      sdl: `${link}type Book @key(fields: "id") { id: ID! left: Int place: String }`,
      resolvers: { Book: { __resolveReference: () => ({ ...best, left: 1, place: 'A' }) } },
    },
  });
  const text =
    'query Best($left: Boolean!, $bare: Boolean = false) { best { title left @include(if: $left) place @skip(if: $bare) } }';
  const sample = { left: true };
  const registered = {
    name: 'Best',
    file: '',
    text,
    document: parse(text),
    variables: sample,
    missingVariables: [],
  };
  const drawn = extractContracts(graph.supergraphSdl, ['books', 'stock'], [registered]);
  for (const left of [true, false])
    for (const bare of [true, false]) {
      const before = graph.asked.length;
      const values: Record<string, boolean> = { left, bare };
      await (await graph.post({ query: text, variables: values })).text();
      const said = drawn.flatMap(({ subgraph, interactions }) =>
        interactions
          .filter(({ conditions }) => matchesCondition(conditions, values))
          .map((interaction) => `${subgraph} ${interaction.text}`),
      );
      const sent = graph.asked.slice(before).map(({ name, operation }) => `${name} ${operation.query}`);
      expect(sent.sort()).toEqual(said.sort());
    }
  await graph.close();
});
