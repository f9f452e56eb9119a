// What the page sends: the token of the last sign-in, unless the tab has a header of its own or the gateway refuses it.
import { expect, test, vi } from 'vitest';
import { createFetcher } from '../../console/fetcher.ts';
import { createRemembered } from '../../console/remembered.ts';

/** A page on a graph that accepts these values of the header, and otherwise answers 401. */
function openPage(accepted: readonly string[]) {
  const remembered = createRemembered([{ name: 'token', path: 'createSession.token', from: 'SignIn' }]);
  const sent: (string | undefined)[] = [];
  vi.stubGlobal('fetch', async (_url: string, init: { headers: Record<string, string> }) => {
    const { authorization, Authorization = authorization } = init.headers;
    sent.push(Authorization);
    const isRefused = Authorization !== undefined && !accepted.includes(Authorization);
    return isRefused
      ? Response.json({ errors: [{ message: 'no' }] }, { status: 401 })
      : Response.json({ data: { createSession: { token: 'new' } } });
  });
  return { remembered, sent, send: createFetcher('http://graph.example/graphql', remembered) };
}

test('sends no header before a sign-in, and its token afterwards', async () => {
  const { send, sent } = openPage(['Bearer new']);
  await send({ query: 'mutation { createSession { token } }' });
  await send({ query: '{ me }' });
  expect(sent).toEqual([undefined, 'Bearer new']);
});

test('sends the header of the tab instead, in any letter case', async () => {
  const { send, sent, remembered } = openPage(['Bearer mine']);
  remembered.takeFrom({ createSession: { token: 'old' } });
  await send({ query: '{ me }' }, { Authorization: 'Bearer mine' });
  expect(sent).toEqual(['Bearer mine']);
});

test('forgets a token that the gateway refuses, and asks again without it', async () => {
  const { send, sent, remembered } = openPage([]);
  remembered.takeFrom({ createSession: { token: 'old' } });
  expect(await send({ query: '{ me }' })).toEqual({ data: { createSession: { token: 'new' } } });
  expect(sent).toEqual(['Bearer old', undefined]);
  expect(remembered.get('token')).toBe('new');
});

test('forgets a token whose session has ended, and shows what was answered without it', async () => {
  const { send, sent, remembered } = openPage([]);
  remembered.takeFrom({ createSession: { token: 'old' } });
  const answer = { data: { me: null }, extensions: { session: 'EXPIRED' } };
  vi.stubGlobal('fetch', async () => Response.json(answer));
  expect(await send({ query: '{ me }' })).toEqual(answer);
  expect(remembered.get('token')).toBeUndefined();
  expect(sent).toEqual([]);
});

test.each([
  ['query B { b }', 'A', undefined],
  ['query A { a } query B { b }', 'A', 'A'],
  ['query B {', 'A', 'A'],
])('of %s sends only a name that it has', async (query, operationName, sentName) => {
  const { send } = openPage([]);
  const bodies: string[] = [];
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    bodies.push(body);
    return Response.json({ data: {} });
  });
  await send({ query, operationName });
  expect(bodies.map((body) => JSON.parse(body).operationName)).toEqual([sentName]);
});

test('answers the reason, and nothing else, when an operation cannot be sent', async () => {
  const { send, sent } = openPage([]);
  const message =
    '{{token}} comes from the answer to SignIn: run SignIn first, or write a value in its place.';
  expect(await send({ query: '"{{token}}"' })).toEqual({ errors: [{ message }] });
  expect(sent).toEqual([]);
});

test('shows the refusal of a header that the tab has itself', async () => {
  const { send, sent } = openPage([]);
  expect(await send({ query: '{ me }' }, { authorization: 'Bearer wrong' })).toEqual({
    errors: [{ message: 'no' }],
  });
  expect(sent).toEqual(['Bearer wrong']);
});
