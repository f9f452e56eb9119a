import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSigned, signBody } from '../../../subgraphs/payments/provider/webhook-signature.ts';

const secret = 'secret of the webhooks in tests';
const body = Buffer.from('{"id":"event_1","name":"Zoë"}');
const now = Date.parse('2026-03-01T12:00:00Z');
const seconds = now / 1000;

test('is HMAC-SHA256 over "<unix seconds>.<body>", in hexadecimal', () => {
  const expected = createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`${seconds}.`), body]))
    .digest('hex');
  expect(signBody([secret], body, now)).toBe(`t=${seconds},v1=${expected}`);
});

test.each([-300, 0, 300])('holds at a clock that is %i seconds away', (away) => {
  expect(isSigned([secret], body, signBody([secret], body, now), now + away * 1000)).toBe(true);
});

test.each([-302, 302, 86_400])('does not hold at a clock that is %i seconds away', (away) => {
  expect(isSigned([secret], body, signBody([secret], body, now), now + away * 1000)).toBe(false);
});

test('does not hold for another body, secret or time', () => {
  const header = signBody([secret], body, now);
  expect(isSigned([secret], Buffer.concat([body, Buffer.from(' ')]), header, now)).toBe(false);
  expect(isSigned([`${secret}!`], body, header, now)).toBe(false);
  expect(isSigned([secret], body, header.replace(`t=${seconds}`, `t=${seconds + 1}`), now)).toBe(false);
});

test('holds when any secret of the receiver made any signature of the header', () => {
  const fresh = 'the secret that replaces it';
  const both = signBody([fresh, secret], body, now);
  expect(both).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
  for (const accepted of [[secret], [fresh], [fresh, secret], ['a third one', secret]])
    expect(isSigned(accepted, body, both, now)).toBe(true);
  expect(isSigned([fresh, secret], body, signBody([secret], body, now), now)).toBe(true);
  expect(isSigned([fresh, secret], body, signBody([fresh], body, now), now)).toBe(true);
  expect(isSigned(['a third one'], body, both, now)).toBe(false);
  expect(isSigned([], body, both, now)).toBe(false);
});

test('leaves out the signatures of another scheme, and refuses a second time', () => {
  const header = signBody([secret], body, now);
  expect(isSigned([secret], body, `${header},v0=${'0'.repeat(64)}`, now)).toBe(true);
  expect(isSigned([secret], body, header.replace('v1=', 'v0='), now)).toBe(false);
  expect(isSigned([secret], body, `t=${seconds + 1},${header}`, now)).toBe(false);
});

test.each([
  undefined,
  '',
  'v1=',
  't=1',
  ['t=1,v1=ab'],
  `t=${seconds},v1=ab`,
  `t=${seconds},v1=${'g'.repeat(64)}`,
])('refuses the malformed signature %j', (header) => {
  expect(isSigned([secret], body, header, now)).toBe(false);
});
