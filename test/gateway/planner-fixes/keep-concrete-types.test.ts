import type { GraphQLDataSource } from '@apollo/gateway';
import { expect, test } from 'vitest';
import { keepConcreteTypes } from '../../../gateway/planner-fixes/keep-concrete-types.ts';

/** The data that the executor gets, for representations and the data that a subgraph answers. */
async function receive(representations: unknown, data: Record<string, unknown> | null): Promise<unknown> {
  const source: GraphQLDataSource = { process: async () => ({ data }) };
  const options = { request: { variables: { representations } } } as unknown as Parameters<
    GraphQLDataSource['process']
  >[0];
  return (await keepConcreteTypes(source).process(options)).data;
}

test('removes the __typename of an entity that the representation has already', async () => {
  const representations = [{ __typename: 'Pet' }, { __typename: 'Pet' }, { __typename: 'Pet' }];
  const _entities = [{ __typename: 'Pet', a: 1 }, { __typename: 'Dog', a: 2 }, null];
  expect(await receive(representations, { _entities })).toEqual({
    _entities: [{ a: 1 }, { __typename: 'Dog', a: 2 }, null],
  });
});

test('leaves other responses as they are', async () => {
  expect(await receive(undefined, { pet: { __typename: 'Pet' } })).toEqual({ pet: { __typename: 'Pet' } });
  expect(await receive([{ __typename: 'Pet' }], null)).toBeNull();
  expect(await receive([], { _entities: [{ __typename: 'Pet' }] })).toEqual({
    _entities: [{ __typename: 'Pet' }],
  });
});
