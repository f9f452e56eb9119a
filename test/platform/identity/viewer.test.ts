import { expect, test } from 'vitest';
import {
  anonymous,
  buildAccountStub,
  expired,
  isStaff,
  maySee,
  refuseUnknown,
  requireAccount,
  unknown,
} from '../../../platform/identity/viewer.ts';
import { newAccountId } from '../../../platform/values/ids.ts';
import { platformCodes } from '../../../platform/values/refusal.ts';
import { customer, service, staff } from '../../support/viewers.ts';

const id = newAccountId();
const owner = customer(id);

test('the account itself and staff may see the data of an account, and no other viewer may, a service neither', () => {
  const viewers = [owner, staff(), service('purchases'), customer(), anonymous];
  expect(viewers.map((viewer) => maySee(viewer, id))).toEqual([true, true, false, false, false]);
});

test('only an account with the role STAFF is staff', () => {
  expect([staff(), owner, service('gateway'), anonymous].map(isStaff)).toEqual([true, false, false, false]);
});

test('the stub of an account has its canonical id, is null for another viewer, and refused for an invalid id', () => {
  expect(buildAccountStub(owner, id.toUpperCase())).toEqual({ id });
  expect(buildAccountStub(customer(), id)).toBeNull();
  expect(() => buildAccountStub(staff(), 'no id')).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT' }),
  );
  expect(buildAccountStub(service('payments'), id)).toBeNull();
});

test('a viewer that is no account is refused as UNAUTHENTICATED, with the message of that code', () => {
  expect(requireAccount(owner)).toBe(owner);
  const refusal = { code: 'UNAUTHENTICATED', message: platformCodes.UNAUTHENTICATED };
  for (const viewer of [anonymous, service('gateway')])
    expect(() => requireAccount(viewer)).toThrow(expect.objectContaining(refusal));
});

test('an unknown viewer is refused as SUBGRAPH_UNAVAILABLE wherever the viewer matters, before anything is read', () => {
  const refusal = expect.objectContaining({ code: 'SUBGRAPH_UNAVAILABLE' });
  expect(() => refuseUnknown(unknown)).toThrow(refusal);
  expect(() => maySee(unknown, id)).toThrow(refusal);
  expect(() => buildAccountStub(unknown, 'no id')).toThrow(refusal);
  expect(() => requireAccount(unknown)).toThrow(refusal);
  for (const viewer of [anonymous, owner, service('gateway')]) refuseUnknown(viewer);
});

test('an expired viewer is refused as UNAUTHENTICATED in the same places, where an anonymous one gets null', () => {
  const refusal = expect.objectContaining({ code: 'UNAUTHENTICATED' });
  expect(() => refuseUnknown(expired)).toThrow(refusal);
  expect(() => maySee(expired, id)).toThrow(refusal);
  expect(() => buildAccountStub(expired, 'no id')).toThrow(refusal);
  expect(() => requireAccount(expired)).toThrow(refusal);
});
