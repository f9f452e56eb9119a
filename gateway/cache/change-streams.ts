// The word of changes (platform/changes/change-hub.ts) from subgraphs in other processes: a stream to each whose answers are kept, opened
// when the first of them is, and again whenever it breaks, falls silent, or the subgraph answers elsewhere. Without a stream
// nothing of that subgraph is kept, and what was is dropped.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import { type ChangeHub, type ChangeNotices, createChangeHub } from '../../platform/changes/change-hub.ts';
import { changeStreamPath, silenceTimeoutMs, streamLines } from '../../platform/changes/change-stream.ts';
import type { Sign } from '../../platform/identity/signed-identity.ts';
import type { Log } from '../../platform/process/log.ts';
import { getOrCreate } from '../../platform/values/get-or-create.ts';
import type { SupergraphSource } from '../supergraph/source.ts';

export interface ChangeStreams {
  of: (subgraph: string) => ChangeNotices;
  close: () => Promise<void>;
}

/** Between two attempts, in milliseconds: doubled each time until it is the longest. */
const shortestPauseMs = 100;
const longestPauseMs = 2_000;

export function openChangeStreams(source: SupergraphSource, sign: Sign, log: Log): ChangeStreams {
  const closing = new AbortController();
  const streams = new Map<string, { hub: ChangeHub; ended: Promise<void> }>();
  const originOf = (name: string) => {
    const url = source.subgraphs.find((subgraph) => subgraph.name === name)?.url;
    return url === undefined ? undefined : new URL(url).origin;
  };
  const open = (name: string) => {
    const hub = createChangeHub({ isReceiving: false });
    const follow = follower({ name, hub, sign, originOf: () => originOf(name) });
    return { hub, ended: again(follow, name, log, closing.signal) };
  };
  return {
    of: (name) => getOrCreate(streams, name, open).hub,
    close: async () => {
      closing.abort();
      await Promise.all([...streams.values()].map(({ ended }) => ended));
    },
  };
}

type Follower = (signal: AbortSignal, onHeard: () => void) => Promise<void>;

async function again(follow: Follower, name: string, log: Log, signal: AbortSignal): Promise<void> {
  let pauseMs = shortestPauseMs;
  while (!signal.aborted) {
    await follow(signal, () => {
      pauseMs = shortestPauseMs;
    }).catch((cause: unknown) => {
      if (!signal.aborted)
        log.warn({ err: cause, subgraph: name }, 'its changes are not heard, so nothing is kept');
    });
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    pauseMs = Math.min(2 * pauseMs, longestPauseMs);
  }
}

/** Follows one stream to its end. Always rejects, or was told to stop. */
function follower(from: {
  name: string;
  hub: ChangeHub;
  sign: Sign;
  originOf: () => string | undefined;
}): Follower {
  const { name, hub, sign, originOf } = from;
  return async (closing, onHeard) => {
    const origin = originOf();
    if (origin === undefined) throw new Error('the graph has it no longer');
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Error('it fell silent')), silenceTimeoutMs);
    const client = new Client(origin, { bodyTimeout: 0 });
    try {
      const authorization = `Bearer ${await sign(name, { kind: 'service', name: 'gateway' })}`;
      const signal = AbortSignal.any([closing, silence.signal]);
      const asked = { path: changeStreamPath, method: 'GET', headers: { authorization }, signal } as const;
      const { statusCode, body } = await client.request(asked);
      if (statusCode !== 200) throw new Error(`it answered with HTTP status ${statusCode}`);
      for await (const line of linesOf(body)) {
        timer.refresh();
        if (line === streamLines.changed) hub.publish();
        if (line === streamLines.heard) onHeard();
        if (line !== streamLines.changed && line !== streamLines.alive)
          hub.setReceiving(line === streamLines.heard);
        if (originOf() !== origin) throw new Error('it answers elsewhere now');
      }
      throw new Error('its stream has ended');
    } finally {
      clearTimeout(timer);
      hub.setReceiving(false);
      await client.destroy().catch(() => {});
    }
  };
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
