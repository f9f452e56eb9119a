// HTTP/2 clients while the gateway drains and closes, with a second gateway to go to. A stream that is refused (REFUSED_STREAM, or
// above the last one of GOAWAY) was not processed, so that a client may repeat it. A stream that breaks otherwise may have been executed.
import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { link, openSmallGraph } from '../small-graph.ts';

const sdl = `${link} type Query { ok: String slow: String }`;
const slowText = 'teapot, '.repeat(100_000);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A gateway with a field that answers when the test says so. */
async function open() {
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = async () => {
    asked.resolve();
    await answered.promise;
    return slowText;
  };
  const { url, close } = await openSmallGraph(
    { accounts: { sdl, resolvers: { Query: { ok: () => 'fine', slow } } } },
    { ALLOWED_HOSTS: '*', HTTP2: 'true', DRAIN_MS: '300' },
  );
  return { origin: new URL(url).origin, close, slowAsked: asked.promise, answerSlow: answered.resolve };
}

function openSession(origin: string): ClientHttp2Session {
  const session = connect(origin);
  closers.push(() => session.destroy());
  return session;
}

type Outcome = 'answered' | 'refused' | 'failed';

/** Sends one query on a stream of its own. Resolves with the data too when there is an answer. */
async function send(
  session: ClientHttp2Session,
  query: string,
): Promise<{ outcome: Outcome; data?: unknown }> {
  // A session that has received GOAWAY sends nothing more.
  if (session.closed || session.destroyed) return { outcome: 'refused' };
  const stream = session.request({
    ':method': 'POST',
    ':path': '/graphql',
    'content-type': 'application/json',
  });
  stream.end(JSON.stringify({ query }));
  try {
    return { outcome: 'answered', data: JSON.parse(await text(stream)).data };
  } catch {
    const isRefused = stream.id === undefined || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
    return { outcome: isRefused ? 'refused' : 'failed' };
  }
}

/** Sends queries on 20 streams at the same time until the signal aborts, and counts the outcomes. */
async function keepAsking(session: () => ClientHttp2Session, until: AbortSignal) {
  const counts: Record<Outcome, number> = { answered: 0, refused: 0, failed: 0 };
  const ask = async () => {
    while (!until.aborted) {
      const { outcome } = await send(session(), '{ ok }');
      counts[outcome] += 1;
      await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: 20 }, ask));
  return counts;
}

test('answers what has arrived before its GOAWAY completely, and refuses what has not, so that a client loses nothing', async () => {
  const [closing, other] = [await open(), await open()];
  const [first, second] = [openSession(closing.origin), openSession(other.origin)];
  const left = Promise.withResolvers<void>();
  let current = first;
  first.once('goaway', () => {
    current = second;
    left.resolve();
  });
  const slow = send(first, '{ slow }');
  await closing.slowAsked;
  const done = new AbortController();
  const counting = keepAsking(() => current, done.signal);
  const closed = closing.close();
  await left.promise;
  closing.answerSlow();
  expect(await slow).toEqual({ outcome: 'answered', data: { slow: slowText } });
  await closed;
  done.abort();
  const { answered, failed } = await counting;
  expect(failed).toBe(0);
  expect(answered).toBeGreaterThan(20);
  await other.close();
});

test('refuses no request of a client that leaves when the health says that the gateway is not ready', async () => {
  const [closing, other] = [await open(), await open()];
  const [first, second] = [openSession(closing.origin), openSession(other.origin)];
  let current = first;
  const slow = send(first, '{ slow }');
  await closing.slowAsked;
  const done = new AbortController();
  const counting = keepAsking(() => current, done.signal);
  const closed = closing.close();
  const askHealth = async () => (await fetch(`${closing.origin}/health/ready`)).status;
  await expect.poll(askHealth).toBe(503);
  expect(first.closed, 'GOAWAY would refuse what is on its way').toBe(false);
  current = second;
  const goneAway = new Promise((resolve) => first.once('goaway', resolve));
  await goneAway;
  closing.answerSlow();
  expect(await slow).toEqual({ outcome: 'answered', data: { slow: slowText } });
  await closed;
  done.abort();
  expect(await counting).toMatchObject({ refused: 0, failed: 0 });
  await other.close();
});
