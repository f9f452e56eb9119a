import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { ExecutionState, type InfoPath } from '../../../platform/execution/execution-state.ts';

/** The path of `me.orders[0].total`, from its end to its start. */
const me: InfoPath = { prev: undefined, key: 'me', typename: 'Query' };
const orders: InfoPath = { prev: me, key: 'orders', typename: 'Account' };
const item: InfoPath = { prev: orders, key: 0, typename: undefined };
const total: InfoPath = { prev: item, key: 'total', typename: 'Order' };

const newState = () => new ExecutionState({}, {});
const messages = ({ errors }: ExecutionState) => errors.map(({ message }) => message);

test('an error at a nullable position gives null, and is added with its path', () => {
  const state = newState();
  const cause = new Error('no price');
  expect(state.handleFieldError(cause, [], total, false)).toBeNull();
  expect(state.errors).toHaveLength(1);
  expect(state.errors[0]).toMatchObject({ message: 'no price', path: ['me', 'orders', 0, 'total'] });
  expect(state.errors[0]?.originalError).toBe(cause);
});

test('an error at a non-null position is thrown with its path and not added', () => {
  const state = newState();
  let thrown: unknown;
  try {
    state.handleFieldError(new Error('no price'), [], total, true);
  } catch (cause) {
    thrown = cause;
  }
  expect(thrown).toBeInstanceOf(GraphQLError);
  expect((thrown as GraphQLError).path).toEqual(['me', 'orders', 0, 'total']);
  expect(state.errors).toEqual([]);
  // The parent handles it: the path stays the one of the field that failed.
  state.handleFieldError(thrown, [], item, false);
  expect(state.errors[0]?.path).toEqual(['me', 'orders', 0, 'total']);
});

test('ignores an error at or below a path that another error has made null, and no other', () => {
  const state = newState();
  state.addError(new GraphQLError('orders'), orders);
  state.addError(new GraphQLError('orders again'), orders);
  state.addError(new GraphQLError('below orders'), total);
  state.addError(new GraphQLError('above orders'), me);
  expect(messages(state)).toEqual(['orders', 'above orders']);
});

test('ignores every further error when the data is null', () => {
  const state = newState();
  state.addError(new GraphQLError('root'), undefined);
  state.addError(new GraphQLError('below'), total);
  expect(messages(state)).toEqual(['root']);
});
