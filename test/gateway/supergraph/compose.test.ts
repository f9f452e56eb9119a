import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import {
  composeServices,
  sortSDL,
  transformSupergraphToPublicSchema,
} from '@theguild/federation-composition';
import { parse, print, visit } from 'graphql';
import { expect, test } from 'vitest';
import { CompositionError, composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { buildNames } from '../../../local/new/names.ts';
import { renderTemplate } from '../../../local/new/template.ts';
import { readSupergraphMap, SupergraphMapError } from '../../../platform/supergraph-map.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { link, writeMap } from '../small-graph.ts';

const good = `${link}type Query { me: Account }\ntype Account @key(fields: "id") { id: ID! name: String }\n`;

/** The problems of two subgraphs, with paths relative to the folder of the map. */
function problemsOf(accounts: string, orders: string): readonly string[] {
  const { map, folder } = writeMap({ accounts, orders });
  try {
    composeSupergraph(map);
  } catch (cause) {
    if (!(cause instanceof CompositionError)) throw cause;
    return cause.problems.map((problem) => problem.replaceAll(`${relative(process.cwd(), folder)}/`, ''));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  throw new Error('expected a CompositionError');
}

test('names file, line and remedy of a syntax error', () => {
  expect(problemsOf(good, `${link}type Query {\n  orders: [Order\n}\n`)).toEqual([
    expect.stringMatching(/^orders\/schema\.graphql:5: Syntax Error: .+\. Correct the SDL there\.$/),
  ]);
});

test('names file and line of a field that goes around @auth by @requires', () => {
  const auth = `extend schema @link(url: "https://tributary.dev/auth/v1.0", import: ["@auth"]) @composeDirective(name: "@auth")
    directive @auth(allow: [String!]!) on FIELD_DEFINITION\n`;
  const open = good.replace('name: String', 'name: String @auth(allow: ["staff"])');
  const label = 'type Account @key(fields: "id") { id: ID! name: String @external';
  const orders = (rule: string) =>
    `${link}${auth}${label}\n  label: String @requires(fields: "name") ${rule} }\n`;
  expect(problemsOf(`${auth}${open}`, orders(''))).toEqual([
    'orders/schema.graphql:6: "Account.label" is open to everybody, and its @requires names "Account.name", which @auth opens to ["staff"] only. Give the field an @auth that opens it to no one else, or leave the protected field out of what it requires.',
  ]);
  expect(() => problemsOf(`${auth}${open}`, orders('@auth(allow: ["staff"])'))).toThrow(
    'expected a CompositionError',
  );
});

test('refuses @auth under another name, and @requires of a protected field under another name', () => {
  const importAuth = (imported: string) =>
    `extend schema @link(url: "https://tributary.dev/auth/v1.0", import: [${imported}])\n`;
  const guard = `${importAuth('{name: "@auth", as: "@guard"}')}@composeDirective(name: "@guard")
    directive @guard(allow: [String!]!) on FIELD_DEFINITION\n${link}`;
  const orders = `${link}type Query { orders: Int }\n`;
  expect(problemsOf(`${guard}type Query { me: Int @guard(allow: ["staff"]) }`, orders)).toEqual([
    'accounts/schema.graphql:1: "@auth" is imported as "@guard", and a subgraph enforces it under its own name only. Import "@auth" without another name.',
  ]);
  const accounts = `${importAuth('"@auth"')}directive @auth(allow: [String!]!) on FIELD_DEFINITION
    ${good.replace('name: String', 'name: String @auth(allow: ["staff"])')}`;
  const needs = `${link.replace('"@requires"', '{name: "@requires", as: "@needs"}')}
    type Account @key(fields: "id") { id: ID! name: String @external label: String @needs(fields: "name") }`;
  expect(problemsOf(accounts, needs)).toEqual([
    expect.stringContaining('"Account.label" is open to everybody, and its @requires names "Account.name"'),
  ]);
});

test('names both places of a field that two subgraphs resolve without sharing it', () => {
  const problems = problemsOf(
    good,
    `${link}type Query { orders: Int }\ntype Account @key(fields: "id") {\n  id: ID!\n  name: String\n}\n`,
  );
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/accounts\/schema\.graphql:4/);
  expect(problems[0]).toMatch(/orders\/schema\.graphql:6/);
  expect(problems[0]).toMatch(
    /Account\.name.*Mark the field @shareable in every subgraph that resolves it, or leave it to one of them\.$/s,
  );
});

test('names the file and the remedy of an entity that cannot be resolved', () => {
  const problems = problemsOf(
    good,
    `${link}type Query { orders: [Order] }\ntype Order { buyer: Account }\ntype Account @key(fields: "email") { email: String! }\n`,
  );
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) {
    expect(problem).toMatch(/^(accounts|orders)\/schema\.graphql:\d+/);
    expect(problem).toMatch(
      /Give the type a @key that the owning subgraph can resolve, or let .+ resolve the field\.$/,
    );
  }
});

test('names file and remedy of SDL that is well formed but wrong', () => {
  const problems = problemsOf(good, `${link}type Query { orders: Nowhere }\n`);
  expect(problems).toEqual([
    expect.stringMatching(/^orders\/schema\.graphql:3: .*Nowhere.*\. Correct the SDL there\.$/s),
  ]);
});

test('names both places of a field with two types', () => {
  const shared = 'type Money @shareable {';
  const problems = problemsOf(
    `${good}${shared} amount: String }\n`,
    `${link}type Query { total: Money }\n${shared} amount: Int }\n`,
  );
  expect(problems).toEqual([
    expect.stringMatching(
      /^accounts\/schema\.graphql:5, orders\/schema\.graphql:4: .*Give the field one type in all subgraphs\.$/s,
    ),
  ]);
});

test('reports all problems at once, one a line', () => {
  const wrong = [`${link}type Query { a: Nowhere }`, `${link}type Query { b: Nothing }`] as const;
  expect(problemsOf(...wrong)).toEqual([
    expect.stringContaining('Nowhere'),
    expect.stringContaining('Nothing'),
  ]);
  const broken = ['type Query { a: }', 'type Query { b: }'] as const;
  expect(problemsOf(...broken)).toEqual([
    expect.stringMatching(/^accounts/),
    expect.stringMatching(/^orders/),
  ]);
  expect(new CompositionError(['one', 'two']).message).toBe(
    'The subgraphs do not compose:\n  - one\n  - two',
  );
});

test('names the line of the map whose schema file is missing, and what to do', () => {
  const { map, folder } = writeMap({ accounts: good, orders: null });
  expect(() => composeSupergraph(map)).toThrow(SupergraphMapError);
  expect(() => composeSupergraph(map)).toThrow(
    /supergraph\.yaml:7: cannot read .*orders\/schema\.graphql; create it or correct schema\.file$/,
  );
  rmSync(folder, { recursive: true, force: true });
});

test('refuses a federation_version that is not the installed one, and says which to write', () => {
  const map = readSupergraphMap();
  for (const federationVersion of ['=2.14.4', '=v2.14.4', '2']) {
    expect(() => composeSupergraph({ ...map, federationVersion })).not.toThrow();
  }
  for (const federationVersion of ['=2.9.0', '1', 'latest']) {
    expect(() => composeSupergraph({ ...map, federationVersion })).toThrow(
      /supergraph\.yaml: federation_version is .+ Write "federation_version: =2\.14\.4"/,
    );
  }
});

test('composes the subgraphs of this repository without a warning', () => {
  expect(composeSupergraph(readSupergraphMap()).hints).toEqual([]);
});

test('composes them with the template of a new one without a warning: what subgraphs share is alike in it', () => {
  const map = readSupergraphMap();
  const folder = temporaryFolder();
  const schemaFile = resolve(folder, 'schema.graphql');
  // Under a name that nobody gives: the project may have a subgraph with the name of the template.
  const files = renderTemplate(buildNames('absent_notes'));
  writeFileSync(
    schemaFile,
    required(files.get('subgraphs/absent_notes/schema.graphql'), 'the template has an SDL'),
  );
  const entry = {
    name: 'absent_notes',
    routingUrl: 'http://127.0.0.1/',
    unsetVariables: [],
    folder,
    schemaFile,
    line: 1,
  };
  expect(composeSupergraph({ ...map, subgraphs: [...map.subgraphs, entry] }).hints).toEqual([]);
  rmSync(folder, { recursive: true });
});

test('another composition library accepts the same subgraphs, and makes the same public schema of them', () => {
  const map = readSupergraphMap();
  const services = map.subgraphs.map(({ name, routingUrl, schemaFile }) => ({
    name,
    url: routingUrl,
    typeDefs: parse(readFileSync(schemaFile, 'utf8')),
  }));
  const independent = composeServices(services);
  expect(independent.errors).toBeUndefined();
  const composedTypes = publicTypes(composeSupergraph(map, { hasNodes: false }).supergraphSdl);
  expect(publicTypes(independent.supergraphSdl ?? '')).toBe(composedTypes);
  expect(composedTypes).toContain('type Account implements Node {');
  expect(composedTypes, 'fields that only services may select').not.toMatch(
    /sessionByToken|SessionIdentity|createPayment|capturePayment/,
  );
});

/** What clients see, sorted; without descriptions, of which the composers keep different ones. */
function publicTypes(supergraphSdl: string): string {
  const sorted = sortSDL(transformSupergraphToPublicSchema(parse(supergraphSdl)));
  return print(
    visit(sorted, {
      enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    }),
  );
}
