// Change notices (platform/changes/change-hub.ts) from subgraphs in other processes. The gateway opens a stream to each
// subgraph whose responses it caches, and opens it again whenever the stream ends, falls silent, or the subgraph moves. While a
// subgraph has no stream, the gateway drops its cached responses and adds none.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { type ChangeHub, type ChangeNotices, createChangeHub } from '../../platform/changes/change-hub.ts';
import { changeStreamPath, silenceTimeoutMs, streamLines } from '../../platform/changes/change-stream.ts';
import type { Sign } from '../../platform/identity/signed-identity.ts';
import type { Log } from '../../platform/process/log.ts';
import { splitRoutingUrl } from '../../platform/supergraph-map.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';
import type { SupergraphSource } from '../supergraph/source.ts';

export interface ChangeStreams {
  noticesFor: (subgraph: string) => ChangeNotices;
  close: () => Promise<void>;
}

/** The pause between two attempts, in milliseconds: it doubles up to its maximum. */
const minPauseMs = 100;
const maxPauseMs = 2_000;

export function openChangeStreams(source: SupergraphSource, sign: Sign, log: Log): ChangeStreams {
  const closing = new AbortController();
  const streams = new Map<string, { hub: ChangeHub; ended: Promise<void> }>();
  const findOrigins = (name: string) => {
    const url = source.subgraphs.find((subgraph) => subgraph.name === name)?.url;
    return url === undefined ? [] : splitRoutingUrl(url).map((one) => new URL(one).origin);
  };
  const open = (name: string) => {
    const hub = createChangeHub({ isReceiving: false });
    const follow = createFollower({ name, hub, sign, findOrigins: () => findOrigins(name) });
    return { hub, ended: followUntilAborted(follow, name, log, closing.signal) };
  };
  return {
    noticesFor: (name) => getOrCreate(streams, name, open).hub,
    close: async () => {
      closing.abort();
      await Promise.all([...streams.values()].map(({ ended }) => ended));
    },
  };
}

/** Follows one stream until it breaks or the signal aborts it, and then always rejects. */
type Follower = (signal: AbortSignal, onReceiving: () => void) => Promise<void>;

async function followUntilAborted(
  follow: Follower,
  name: string,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = minPauseMs;
  while (!signal.aborted) {
    await follow(signal, () => {
      pauseMs = minPauseMs;
    }).catch((cause: unknown) => {
      if (!signal.aborted)
        log.warn(
          { err: cause, subgraph: name },
          'no change notices from a subgraph: its responses are not cached',
        );
    });
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    pauseMs = Math.min(2 * pauseMs, maxPauseMs);
  }
}

interface FollowerOptions {
  name: string;
  hub: ChangeHub;
  sign: Sign;
  findOrigins: () => readonly string[];
}

/**
 * Each attempt follows the next instance. One stream is enough: an instance whose line is `heard` receives the notices of all
 * instances through their database.
 */
function createFollower({ name, hub, sign, findOrigins }: FollowerOptions): Follower {
  let attempts = 0;
  return async (closing, onReceiving) => {
    const origins = findOrigins();
    const origin = origins[attempts % origins.length];
    attempts += 1;
    if (origin === undefined) throw new Error('the subgraph is no longer in the graph');
    const silence = new AbortController();
    const timer = setTimeout(
      () => silence.abort(new Error('the change stream fell silent')),
      silenceTimeoutMs,
    );
    const client = new Client(origin, { bodyTimeout: 0 });
    try {
      const authorization = `Bearer ${await sign(name, { kind: 'service', name: 'gateway' })}`;
      const signal = AbortSignal.any([closing, silence.signal]);
      for await (const line of readStream(client, authorization, signal)) {
        timer.refresh();
        if (line === streamLines.changed) hub.publish();
        if (line === streamLines.heard) onReceiving();
        if (line !== streamLines.changed && line !== streamLines.alive)
          hub.setReceiving(line === streamLines.heard);
        if (!findOrigins().includes(origin)) throw new Error('the subgraph has another address now');
      }
      throw new Error('the subgraph ended the change stream');
    } finally {
      clearTimeout(timer);
      hub.setReceiving(false);
      await client.destroy().catch(() => {});
    }
  };
}

/** The lines of the stream, for as long as the subgraph sends them. */
async function* readStream(
  client: Client,
  authorization: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const request = { path: changeStreamPath, method: 'GET', headers: { authorization }, signal } as const;
  const { statusCode, body } = await client.request(request);
  if (statusCode !== 200) throw new Error(`the subgraph answered with HTTP status ${statusCode}`);
  let rest = '';
  for await (const chunk of body) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
