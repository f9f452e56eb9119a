import { expect, test } from 'vitest';
import { startBackgroundLoop } from '../../../platform/process/background-loop.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { silent } from '../../support/silent-log.ts';

const longMs = 600_000;

test('starts the next round without a pause when a round returns true', async () => {
  let rounds = 0;
  const stop = startBackgroundLoop(longMs, silent, async () => {
    rounds += 1;
    return rounds < 3;
  });
  await expect.poll(() => rounds).toBe(3);
  await stop();
  expect(rounds).toBe(3);
});

test('waits for the running round when it is stopped, and starts no further round', async () => {
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  let rounds = 0;
  let isRoundOver = false;
  const stop = startBackgroundLoop(0, silent, async (signal) => {
    rounds += 1;
    await mayEnd;
    isRoundOver = signal.aborted;
    return true;
  });
  const stopped = stop().then(() => isRoundOver);
  end();
  expect(await stopped).toBe(true);
  expect(rounds).toBe(1);
});

test('logs a failed round with its cause and repeats it after the pause', async () => {
  const lines: string[] = [];
  const log = openLog(readEnvironment({}), 'test', { write: (line: string) => void lines.push(line) });
  let rounds = 0;
  const stop = startBackgroundLoop(1, log, async () => {
    rounds += 1;
    if (rounds === 1) throw new Error('the database is away');
    return false;
  });
  await expect.poll(() => rounds).toBeGreaterThan(1);
  await stop();
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      msg: 'a round of background work failed',
      err: expect.objectContaining({ message: 'the database is away' }),
    }),
  ]);
});
