import { coerceInputValue, GraphQLID } from 'graphql';
import { expect, test } from 'vitest';
import { containsExactNumber, ExactNumber, parseExactJson } from '../../../platform/values/exact-number.ts';

const inexact = [
  '1.10',
  '1e400',
  '9007199254740993',
  '-0',
  '-0.0',
  '0.0',
  '1E5',
  '1e-7',
  '12345678.123456789',
  '100000000000000000000',
  '1e+21',
  '1.7976931348623157e+308',
];
const plain = ['0', '-1', '10', '0.1', '-100.5', '0.30000000000000004', '9007199254740991'];

test.each([...inexact, ...plain])('writes %s again as it was read, in every place', (number) => {
  for (const text of [
    number,
    `[${number}]`,
    `{"a":${number}}`,
    `[1,${number},2]`,
    `{"a":{"b":[0,${number}]}}`,
  ])
    expect(JSON.stringify(parseExactJson(text))).toBe(text);
  expect(JSON.stringify(parseExactJson(`{ "a" : ${number} }`))).toBe(`{"a":${number}}`);
});

test.each(plain)('reads %s as a JavaScript number', (number) => {
  expect(parseExactJson(`{"a":${number}}`)).toEqual({ a: Number(number) });
});

test('leaves text alone that looks like such numbers', () => {
  const value = {
    at: '2026-01-01T00:00:00.000Z',
    price: '1.10',
    said: 'costs: 1.10, 1e5',
    id: '9007199254740993',
  };
  expect(parseExactJson(JSON.stringify(value))).toEqual(value);
});

test('can be read as a number, as a BigInt and as text', () => {
  const exact = new ExactNumber('9007199254740993');
  expect([Number(exact), BigInt(exact as never), `${exact}`]).toEqual([
    9007199254740992,
    9007199254740993n,
    '9007199254740993',
  ]);
});

test('is found at any depth', () => {
  expect(containsExactNumber({ a: [{ b: new ExactNumber('1.0') }] })).toBe(true);
  expect(containsExactNumber({ a: [{ b: 1, c: null, d: '1.0' }] })).toBe(false);
});

test('is shown as it was written in the messages of graphql-js', () => {
  const messages: string[] = [];
  coerceInputValue(new ExactNumber('1.10'), GraphQLID, (_path, _value, { message }) =>
    messages.push(message),
  );
  expect(messages).toEqual(['ID cannot represent value: 1.10']);
});
