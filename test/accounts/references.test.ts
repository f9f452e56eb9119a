import { beforeAll, expect, test } from 'vitest';
import { newId } from '../../platform/values/uuid.ts';
import { required } from '../support/required.ts';
import { subgraphTest } from '../support/subgraph.ts';
import { customer, staff } from '../support/viewers.ts';

const accounts = subgraphTest('accounts');

const ids = Array.from({ length: 100 }, () => newId());
const references = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Account { id email sessions { id isCurrent } } }
}`;

function representations(keys: readonly unknown[]) {
  return { representations: keys.map((id) => ({ __typename: 'Account', id })) };
}

beforeAll(async () => {
  await accounts.sql(
    `INSERT INTO accounts.account (id, email, name, roles, password_hash)
     SELECT id, id || '@example.com', 'Somebody', '{CUSTOMER}', 'none' FROM unnest($1::uuid[]) AS id`,
    [ids],
  );
  await accounts.sql(
    `INSERT INTO accounts.session (id, account_id, token_hash, expires_at)
     SELECT uuidv7(), id, sha256((id || '/' || n)::bytea), now() + interval '1 day'
     FROM unnest($1::uuid[]) AS id, generate_series(1, 3) AS n`,
    [ids],
  );
});

test('runs two SQL statements for 1, 10 or 100 accounts with their sessions', async () => {
  const counts: number[] = [];
  for (const size of [1, 10, 100]) {
    const before = accounts.statements();
    const { _entities } = await accounts.data(references, representations(ids.slice(0, size)), staff());
    counts.push(accounts.statements() - before);
    expect(_entities.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, size));
    for (const { sessions } of _entities) expect(sessions).toHaveLength(3);
  }
  expect(counts).toEqual([2, 2, 2]);
});

test('returns an account twice when its key is sent twice, and reads it once', async () => {
  const [id] = ids;
  const before = accounts.statements();
  const { _entities } = await accounts.data(
    references,
    representations([id, id, id?.toUpperCase()]),
    staff(),
  );
  expect(_entities.map((account: { id: string }) => account.id)).toEqual([id, id, id]);
  expect(accounts.statements() - before).toBe(2);
});

test('refuses each malformed key in its place, and returns the accounts of all other keys of the batch', async () => {
  const strange = [
    { ne: '' },
    null,
    undefined,
    '',
    'not-a-uuid',
    7,
    true,
    [],
    [ids[2]],
    "' OR true --",
    newId(),
  ];
  const batch = [ids[0], ...strange, ids[1]];
  const { data, errors } = await accounts.graphql(references, representations(batch), staff());
  const found = (required(data, 'the response has data')._entities as ({ id: string } | null)[]).map(
    (account) => account?.id ?? null,
  );
  expect(found).toEqual([ids[0], ...strange.map(() => null), ids[1]]);
  // The last of the strange keys is the id of no account, and not malformed.
  const places = errors?.map(({ path, extensions }) => [Number(path?.[1]), extensions?.code]);
  expect(places?.sort(([one], [other]) => Number(one) - Number(other))).toEqual(
    strange.slice(0, -1).map((_, index) => [index + 1, 'BAD_USER_INPUT']),
  );
});

test('shows a customer its own account of a batch, and null for the others', async () => {
  const { _entities } = await accounts.data(references, representations(ids.slice(0, 3)), customer(ids[1]));
  expect(_entities.map((account: { id: string } | null) => account?.id ?? null)).toEqual([
    null,
    ids[1],
    null,
  ]);
});

test('lists the open sessions of an account newest first', async () => {
  const { _entities } = await accounts.data(references, representations(ids.slice(0, 1)), staff());
  const listed: string[] = _entities[0].sessions.map(({ id }: { id: string }) => id);
  expect(listed).toEqual(listed.toSorted().toReversed());
});

test('shows one account to staff, refuses an id that is no UUID, and answers null for an unknown one', async () => {
  const query = 'query ($id: ID!) { account(id: $id) { id email } }';
  const [id] = ids;
  expect(await accounts.data(query, { id }, staff())).toEqual({
    account: { id, email: `${id}@example.com` },
  });
  expect(await accounts.data(query, { id: newId() }, staff())).toEqual({ account: null });
  expect(await accounts.refusal(query, { id: 'nobody' }, staff())).toBe('BAD_USER_INPUT');
  expect(await accounts.refusal(query, { id }, customer(id))).toBe('FORBIDDEN');
  expect(await accounts.refusal(query, { id })).toBe('UNAUTHENTICATED');
});
