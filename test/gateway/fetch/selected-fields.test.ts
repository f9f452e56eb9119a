import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { collectSelectedFields, readFetchDocument } from '../../../gateway/fetch/selected-fields.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema(`
  type Query { dog: Dog }
  interface Pet { name: String nick: String }
  type Dog implements Pet { name: String! size: Int owner: Owner }
  type Cat implements Pet { name: String }
  type Owner { name: String age: Int }
`);

/** The fields that a query selects of an object of this type, at its root: "key: type", with "?" when not certain. */
function collect(query: string, type: string | undefined, variables?: Record<string, unknown>): string[] {
  const document = required(readFetchDocument(schema, parse(query)), 'there is an operation');
  const sets = [{ set: document.operation.selectionSet, isCertain: true }];
  const fields = collectSelectedFields(document, sets, type, variables);
  return fields.map((field) => `${field.key}${field.isCertain ? '' : '?'}: ${field.type}`);
}

test('collects fields by response key, without `__typename` and without unknown fields', () => {
  expect(collect('{ __typename n: name size unknown }', 'Dog')).toEqual(['n: String!', 'size: Int']);
});

test('follows the fragments that apply to the type, and takes the type of the object’s own field', () => {
  const query = '{ ...P ... on Cat { name } ... { size } } fragment P on Pet { name nick }';
  expect(collect(query, 'Dog')).toEqual(['name?: String!', 'nick?: String', 'size: Int']);
  expect(collect('{ ... on Cat { name } }', 'Dog')).toEqual([]);
});

test('is certain only about the type’s own name in a type condition', () => {
  expect(collect('{ ... on Dog { size } }', 'Dog')).toEqual(['size: Int']);
  expect(collect('{ ... on Pet { name } }', 'Dog')).toEqual(['name?: String!']);
});

test('is not certain about a field under a variable directive, unless the variables decide it', () => {
  const query = 'query ($x: Boolean = true) { name @include(if: $x) size @skip(if: $x) }';
  expect(collect(query, 'Dog')).toEqual(['name?: String!', 'size?: Int']);
  expect(collect(query, 'Dog', {})).toEqual(['name: String!']);
  expect(collect(query, 'Dog', { x: false })).toEqual(['size: Int']);
  expect(collect('{ name @skip(if: true) size @include(if: true) }', 'Dog')).toEqual(['size: Int']);
});

test('joins the selection sets of fields with one response key, and is certain when one of them is', () => {
  const query = 'query ($x: Boolean!) { owner @skip(if: $x) { name } owner { age } }';
  const document = required(readFetchDocument(schema, parse(query)), 'there is an operation');
  const sets = [{ set: document.operation.selectionSet, isCertain: true }];
  const [owner, ...others] = collectSelectedFields(document, sets, 'Dog');
  expect(others).toEqual([]);
  expect(owner?.isCertain).toBe(true);
  expect(owner?.sets.map(({ isCertain }) => isCertain)).toEqual([false, true]);
});

test('reads nothing from a document without an operation', () => {
  expect(readFetchDocument(schema, parse('fragment D on Dog { size }'))).toBeUndefined();
});
