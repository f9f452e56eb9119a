// A cursor belongs to its list, to the arguments of the list and to its account. Every list of the schema refuses all others, and a
// cursor gives nothing to a viewer who may not read the list.
import { Supergraph } from '@apollo/federation-internals';
import { isObjectType } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { loadGraph } from '../../../local/graph/loaded-graph.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { required } from '../../support/required.ts';
import { type GraphResponse, openWorld, type Session } from '../../support/world.ts';
import { insertPurchase } from './completed-purchase.ts';

const world = openWorld('one process', 'databases');

/** Every list with cursors: its field in the schema, and a query for one page. */
const lists = {
  'Query.products': '{ page: products(PAGE) { FIELDS } }',
  'Query.products, filtered': '{ page: products(PAGE, filter: { inStock: true }) { FIELDS } }',
  'Account.purchases': '{ me { page: purchases(PAGE) { FIELDS } } }',
  'Account.payments': '{ me { page: payments(PAGE) { FIELDS } } }',
} as const;
type List = keyof typeof lists;
const names = Object.keys(lists) as List[];

let ada: Session;
let grace: Session;
beforeAll(async () => {
  [ada, grace] = [await world.customer(), await world.customer()];
  for (const session of [ada, ada, grace, grace]) await insertPurchase(world, session);
  await world.product();
  await world.product();
});

function ask(list: List, session: Session, after: string | null) {
  const query = lists[list]
    .replace('PAGE', 'first: 1, after: $after')
    .replace('FIELDS', 'edges { cursor node { id } } pageInfo { endCursor }');
  return world.graphql(`query ($after: String) ${query}`, { after }, session);
}

function getPage({ data }: GraphResponse) {
  const { page, me } = required(data, 'the response has data');
  return page ?? me.page;
}

async function readCursor(list: List, session: Session): Promise<string> {
  const { edges, pageInfo } = getPage(await ask(list, session, null));
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

test.each(['Account.purchases', 'Account.payments'] as const)(
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
