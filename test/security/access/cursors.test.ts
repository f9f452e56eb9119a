// A cursor belongs to its list, to the arguments of the list and to its account. Every list of the schema refuses all others, and a
// cursor gives nothing to a viewer who may not read the list.
import { Supergraph } from '@apollo/federation-internals';
import { isObjectType } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { loadGraph } from '../../../local/graph/loaded-graph.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { loadAbout } from '../../support/about.ts';
import { required } from '../../support/required.ts';
import { type GraphResponse, openWorld, type Session } from '../../support/world.ts';

const world = openWorld('one process', 'databases');

/** Every list with cursors. The tests of its subgraph say how to read a page. */
const lists = new Map(
  [...(await loadAbout()).values()].flatMap((about) => Object.entries(about.lists ?? {})),
);
const names = [...lists.keys()];
const namesForStaff = names.filter((name) => lists.get(name)?.isForStaff);
const namesOfAccounts = names.filter((name) => name.startsWith('Account.'));

let ada: Session;
let grace: Session;
let staff: Session;
const variables = new Map<string, Readonly<Record<string, string>>>();
beforeAll(async () => {
  [ada, grace, staff] = [await world.customer(), await world.customer(), await world.staff()];
  for (const [name, { fill }] of lists) variables.set(name, await fill(world, [ada, grace]));
});

/** Staff reads a list that is for staff alone, unless the test asks as somebody else. */
function ask(name: string, session: Session, after: string | null, asItself = false) {
  const { query, isForStaff } = required(lists.get(name), name);
  const text = query
    .replace('PAGE', 'first: 1, after: $after')
    .replace('FIELDS', 'edges { cursor node { id } } pageInfo { endCursor }');
  return world.graphql(text, { ...variables.get(name), after }, isForStaff && !asItself ? staff : session);
}

/** The list is called `page`, at the root or one step below. */
function getPage({ data }: GraphResponse) {
  const [first] = Object.values(required(data, 'the response has data'));
  return first.page ?? first;
}

async function readCursor(name: string, session: Session): Promise<string> {
  const { edges, pageInfo } = getPage(await ask(name, session, null));
  expect(pageInfo.endCursor).toBe(edges[0].cursor);
  return pageInfo.endCursor;
}

test.each(names)(
  '%s accepts its own cursor, and refuses one of every other list and of other arguments',
  async (list) => {
    for (const other of names) {
      const response = await ask(list, ada, await readCursor(other, ada));
      if (other === list) expect(getPage(response).edges).toHaveLength(1);
      else expect([other, response.errors?.[0]?.extensions.code]).toEqual([other, 'BAD_USER_INPUT']);
    }
  },
);

test.each(namesOfAccounts)(
  '%s refuses the cursor of another account, and tells nothing of it',
  async (list) => {
    const stolen = await ask(list, grace, await readCursor(list, ada));
    const invented = await ask(list, grace, 'nonsense');
    expect(stolen.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'after' } }]);
    expect({ data: stolen.data, errors: stolen.errors }).toEqual({
      data: invented.data,
      errors: invented.errors,
    });
  },
);

test.each(namesForStaff)('%s gives a customer nothing for a cursor of staff', async (list) => {
  const { data, errors } = await ask(list, ada, await readCursor(list, ada), true);
  expect({ data, errors }).toMatchObject({
    data: { page: null },
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
});

test('the schema has no other list with cursors', async () => {
  const { supergraphSdl } = await loadGraph(readSupergraphMap());
  const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema();
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ args }) => args.some(({ name }) => name === 'after'))
        .map(({ name }) => `${type.name}.${name}`),
    );
  expect(fields.toSorted()).toEqual(names.filter((name) => !name.includes(',')).toSorted());
});
