import { expect, test } from 'vitest';
import { isUtf8ContentType } from '../../../platform/http/content-type.ts';

test.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset="UTF-8"',
  'application/json ; charset=utf8 ;',
  'application/json; profile="a;b\\"; charset=utf-7"; charset=utf-8',
])('reads a body of the type %s', (type) => {
  expect(isUtf8ContentType(type)).toBe(true);
});

test.each([
  'application/json; charset=utf-16',
  'application/json; charset=utf-8; charset=utf-7',
  'application/json; charset=utf-7; charset=utf-8',
  'application/json; charset=utf-8; Charset=utf-8',
  'application/json; charset="utf-8',
  'application/json; charset=utf-8"',
  'application/json; charset',
  'application/json; charset = utf-8',
  'application/json; charset=utf-8, application/json; charset=utf-7',
  'application/json; charset=',
])('does not read a body of the type %s', (type) => {
  expect(isUtf8ContentType(type)).toBe(false);
});
