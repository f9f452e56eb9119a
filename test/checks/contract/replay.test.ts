// What a replay finds: an endpoint made by hand answers wrongly in one way at a time, and is found out in that way.
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import type { Contract } from '../../../checks/contract/contract.ts';
import type { Endpoint } from '../../../checks/contract/endpoint.ts';
import type { Fixture } from '../../../checks/contract/fixture.ts';
import { replay } from '../../../checks/contract/replay.ts';
import type { SubgraphResponse } from '../../../platform/calls/call.ts';

const schema = buildSchema('type Query { best: Book } type Book { id: ID! title: String! pages: Int }');
const contract: Contract = {
  subgraph: 'books',
  interactions: [
    {
      name: 'Page__books__1',
      kind: 'query',
      text: 'query Page__books__1($representations:[_Any!]!){_entities(representations:$representations){...on Book{title pages}}}',
      requires: '{ ... on Book { __typename id } }',
      variables: {},
      conditions: [],
      operations: ['Page'],
    },
    {
      name: 'Best__books__0',
      kind: 'query',
      text: 'query Best__books__0{best{id title}}',
      requires: null,
      variables: {},
      conditions: [],
      operations: ['Best'],
    },
  ],
};
const fixture: Fixture = {
  withoutCodes: false,
  viewers: { reader: { anonymous: true }, stranger: { anonymous: true } },
  entities: {
    Book: {
      as: 'reader',
      known: [{ id: '1' }, { id: '2' }, { id: '3' }],
      unknown: [{ id: '9' }],
      isStub: false,
      malformed: [],
      hiddenFrom: ['stranger'],
      expected: { title: ['One', 'Two', 'Three'] },
    },
  },
  operations: {
    Best: { as: 'reader', variables: {}, hiddenFrom: ['stranger'], expected: { best: { id: '1' } } },
  },
  peers: {},
  refusals: [],
};

type Book = { title: unknown; pages: unknown } | null;
const books: Record<string, Book> = {
  1: { title: 'One', pages: 10 },
  2: { title: 'Two', pages: 20 },
  3: { title: 'Three', pages: null },
};

interface Behaviour {
  entities?: (ids: unknown[], viewer: string) => SubgraphResponse;
  best?: (viewer: string) => SubgraphResponse;
  cost?: (ids: unknown[]) => number;
}

const rightly = (ids: unknown[], viewer: string): SubgraphResponse => ({
  data: {
    _entities: ids.map((id) =>
      viewer === 'stranger' || typeof id !== 'string' ? null : (books[id] ?? null),
    ),
  },
});
const bestRightly = (viewer: string): SubgraphResponse => ({
  data: { best: viewer === 'stranger' ? null : { id: '1', title: 'One' } },
});

async function findings({ entities = rightly, best = bestRightly, cost = () => 1 }: Behaviour) {
  let statements = 0;
  const endpoint: Endpoint = {
    statements: () => statements,
    ask: async (viewer, { variables }) => {
      const representations = variables?.representations as { id?: unknown }[] | undefined;
      if (representations === undefined) return best(viewer);
      const ids = representations.map(({ id }) => id);
      statements += cost(ids);
      return entities(ids, viewer);
    },
  };
  return (await replay(contract, { endpoint, fixture, schema })).map(
    ({ check, problem }) => `${check}: ${problem}`,
  );
}

test('has no finding for a subgraph that keeps its contract', async () => {
  expect(await findings({})).toEqual([]);
});

const title = (book: Book, change: object): Book => (book === null ? null : { ...book, ...change });
const changed =
  (change: (all: Book[], ids: unknown[], viewer: string) => unknown) =>
  (ids: unknown[], viewer: string): SubgraphResponse => ({
    data: { _entities: change(rightly(ids, viewer).data?._entities as Book[], ids, viewer) },
  });

test.each<[string, Behaviour, RegExp]>([
  [
    'the order of its database',
    { entities: changed((all) => all.toSorted((a, b) => String(a?.title).localeCompare(String(b?.title)))) },
    /not the entity that was requested/,
  ],
  ['each entity once', { entities: changed((all) => [...new Set(all)]) }, /duplicated: .*holds 3 for 6/],
  [
    'a title that is null',
    { entities: changed((all) => all.map((one) => title(one, { title: null }))) },
    /title: is null, and its type is String!/,
  ],
  [
    'pages as text',
    { entities: changed((all) => all.map((one) => title(one, { pages: '10' }))) },
    /"10" is not of type Int/,
  ],
  [
    'no pages',
    { entities: changed((all) => all.map((one) => one && { title: one.title })) },
    /pages: is missing/,
  ],
  [
    'another title',
    { entities: changed((all) => all.map((one) => title(one, { title: 'Eins' }))) },
    /title: is "Eins", not "One"/,
  ],
  [
    'an entity for any id',
    { entities: changed((all) => all.map((one) => one ?? books[1])) },
    /with unknown keys among them: .*answers/,
  ],
  [
    'strangers',
    { entities: (ids) => rightly(ids, 'reader') },
    /as stranger: .*shown to a viewer who may not see it/,
  ],
  [
    'null for all beside one that is malformed',
    {
      entities: changed((all, ids) =>
        ids.every((id) => typeof id === 'string') ? all : all.map(() => null),
      ),
    },
    /with malformed keys among them: .*differs from the response without those keys/,
  ],
  [
    'a fault',
    {
      entities: () => ({
        data: null,
        errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      }),
    },
    /INTERNAL_SERVER_ERROR/,
  ],
  [
    'an error without a code',
    { best: () => ({ data: { best: null }, errors: [{ message: 'no' }] }) },
    /an error without a code/,
  ],
  [
    'a statement for each',
    { cost: (ids) => ids.length },
    /statements: 3 SQL statements for 3 entities, 1 for one/,
  ],
  ['the best book to strangers', { best: () => bestRightly('reader') }, /as stranger: best: is shown/],
  [
    'another best book',
    { best: (viewer) => ({ data: { best: viewer === 'stranger' ? null : { id: '2', title: 'Two' } } }) },
    /best\.id: is "2", not "1"/,
  ],
])('has a finding for a subgraph that answers %s', async (_what, behaviour, finding) => {
  expect((await findings(behaviour)).join('\n')).toMatch(finding);
});

test('has a finding for an operation or a type without a fixture, and for a refusal that the subgraph does not give', async () => {
  const endpoint: Endpoint = { ask: async (viewer) => bestRightly(viewer) };
  const bare = { ...fixture, entities: {}, operations: {} };
  const refusals = [{ operation: 'Best', as: 'reader', variables: {}, code: 'NO_BOOK' }];
  const found = await replay(contract, { endpoint, fixture: { ...bare, refusals }, schema });
  expect(found.map(({ problem }) => problem)).toEqual([
    'the fixture has no entities of type Book',
    'the fixture does not say who sends Best',
    'answers no refusal',
  ]);
});

test('replays an operation without a fixture as the viewer of all other operations', async () => {
  const viewers: string[] = [];
  const ask: Endpoint['ask'] = async (viewer) => {
    viewers.push(viewer);
    return bestRightly(viewer);
  };
  const others = { ...fixture, entities: {}, operations: {}, otherOperations: { as: 'stranger' } };
  const best = { ...contract, interactions: contract.interactions.slice(1) };
  expect(await replay(best, { endpoint: { ask }, fixture: others, schema })).toEqual([]);
  expect(viewers).toEqual(['stranger', 'stranger']);
});
