// What the page takes from answers, and puts into the next operation.
import { expect, test, vi } from 'vitest';
import { createRemembered } from '../../console/remembered.ts';

const wanted = [
  { name: 'token', path: 'createSession.token', from: 'SignIn' },
  { name: 'paymentId', path: 'me.purchases.edges.0.node.payment.id', from: 'Look' },
];

test('takes values from the places that the content names, and leaves all others', () => {
  const remembered = createRemembered(wanted);
  remembered.takeFrom({ createSession: { token: 'abc', other: 'no' } });
  remembered.takeFrom({ me: { purchases: { edges: [{ node: { payment: { id: 'p1' } } }] } } });
  expect(remembered.get('token')).toBe('abc');
  expect(remembered.get('paymentId')).toBe('p1');
  expect(remembered.get('other')).toBeUndefined();
});

test.each([null, undefined, 'text', {}, { createSession: null }, { createSession: { token: 7 } }])(
  'keeps its values when an answer has none: %j',
  (data) => {
    const remembered = createRemembered(wanted);
    remembered.takeFrom({ createSession: { token: 'abc' } });
    remembered.takeFrom(data);
    expect(remembered.get('token')).toBe('abc');
  },
);

test('fills operations and variables at any depth', () => {
  const remembered = createRemembered(wanted);
  remembered.takeFrom({ createSession: { token: 'abc' } });
  const given = {
    query: '{ a(b: "{{token}}") }',
    variables: { list: [{ token: '{{token}}', n: 1 }], none: null },
  };
  expect(remembered.fill(given)).toEqual({
    query: '{ a(b: "abc") }',
    variables: { list: [{ token: 'abc', n: 1 }], none: null },
  });
});

test('names the operation that has to run first when a value is not there yet', () => {
  const remembered = createRemembered(wanted);
  expect(() => remembered.fill({ query: '"{{paymentId}}"' })).toThrow('run Look first');
  expect(() => remembered.fill('{{stranger}}')).toThrow('no value for {{stranger}}');
});

test('tells the page when a value changes, until it no longer listens', () => {
  const remembered = createRemembered(wanted);
  const listener = vi.fn();
  const stop = remembered.subscribe(listener);
  remembered.takeFrom({ createSession: { token: 'abc' } });
  remembered.forget('token');
  expect(listener).toHaveBeenCalledTimes(2);
  expect(remembered.get('token')).toBeUndefined();
  stop();
  remembered.takeFrom({ createSession: { token: 'abc' } });
  expect(listener).toHaveBeenCalledTimes(2);
});
