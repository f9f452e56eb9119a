import { expect, test } from 'vitest';
import { chooseResponseForm, refuseOtherCharset } from '../../../gateway/http/media-types.ts';

const json = { type: 'application/json', isJsonByName: true };
const anyJson = { type: 'application/json', isJsonByName: false };
const graphql = { type: 'application/graphql-response+json', isJsonByName: false };

test.each([
  [undefined, anyJson],
  ['*/*', anyJson],
  ['application/*', anyJson],
  ['application/json', json],
  ['APPLICATION/JSON', json],
  ['application/graphql-response+json', graphql],
  ['application/json, application/graphql-response+json', json],
  ['application/json;q=0.5, application/graphql-response+json;q=0.6', graphql],
  ['application/graphql-response+json, application/json;q=0.9, */*;q=0.1', graphql],
  // A type that is named takes its own quality, and not that of the wildcard.
  ['application/json;q=0.1, */*;q=0.8', graphql],
  ['application/json;q=2, */*', anyJson],
])('chooses the form of the response for Accept: %s', (accept, form) => {
  expect(chooseResponseForm(accept)).toEqual(form);
});

test.each(['text/html', 'application/json;q=0', 'application/json; charset=latin1', '', 'nonsense'])(
  'refuses Accept: %s with 406',
  (accept) => {
    expect(() => chooseResponseForm(accept)).toThrow(
      expect.objectContaining({ statusCode: 406, code: 'NOT_ACCEPTABLE' }),
    );
  },
);

test.each([
  undefined,
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/json; charset=utf8',
])('accepts a body of the type %s', (type) => {
  expect(() => refuseOtherCharset(type)).not.toThrow();
});

test.each(['application/json; charset=utf-16', 'application/json;charset=latin1'])(
  'refuses a body of the type %s with 415',
  (type) => {
    expect(() => refuseOtherCharset(type)).toThrow(
      expect.objectContaining({ statusCode: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }),
    );
  },
);
