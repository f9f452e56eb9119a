import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { describeError } from '../../../platform/process/lifecycle.ts';
import { endSignals } from '../../../platform/process/shutdown.ts';
import { EnvironmentError } from '../../../platform/process/variables.ts';
import { start } from './run-script.ts';

const openTwo = `
  resources.add('database', async () => say('database closed'));
  resources.add('server', async () => say('server closed'));`;

test.each(endSignals)(
  'closes its resources in reverse order on %s, and ends with exit code 0',
  async (signal) => {
    const child = start(`${openTwo} say('ready');`);
    await child.whenSaid('ready');
    child.kill(signal);
    expect(await child.ended).toEqual({
      code: 0,
      said: ['ready', 'server closed', 'database closed'],
      complained: '',
    });
  },
);

test('prints a problem at start in one sentence, closes the open resources, and ends with exit code 1', async () => {
  const child = start(`${openTwo} throw new Error('The port is taken. Choose another.');`);
  expect(await child.ended).toEqual({
    code: 1,
    said: ['server closed', 'database closed'],
    complained: 'The port is taken. Choose another.\n',
  });
});

test('closes the rest when one thing does not close, says so, and ends with 1', async () => {
  const child = start(`
    resources.add('database', async () => say('database closed'));
    resources.add('server', async () => { throw new Error('it is stuck'); });
    say('ready');`);
  await child.whenSaid('ready');
  child.kill('SIGTERM');
  expect(await child.ended).toEqual({
    code: 1,
    said: ['ready', 'database closed'],
    complained: 'server did not close: it is stuck\n',
  });
});

test('ends without an error when it receives a signal to end during its start', async () => {
  const child = start(`
    resources.add('database', async () => say('database closed'));
    say('starting');
    await new Promise((resolve, reject) => {
      endSignal.addEventListener('abort', () => reject(endSignal.reason));
    });`);
  await child.whenSaid('starting');
  child.kill('SIGINT');
  expect(await child.ended).toEqual({ code: 0, said: ['starting', 'database closed'], complained: '' });
});

test('ends within five seconds with exit code 0 when its database does not answer, and says for what it did not wait', async () => {
  const child = start(`
    resources.add('folder', async () => say('folder released'));
    resources.add('queries', () => Promise.reject(new Error('its database is closing')));
    resources.add('database', () => new Promise(() => {}));
    reportStop((message) => say(message));
    say('ready');`);
  await child.whenSaid('ready');
  const asked = performance.now();
  child.kill('SIGTERM');
  expect(await child.ended).toEqual({
    code: 0,
    said: ['ready', 'stopping', 'folder released', 'stopped without waiting any longer for: database'],
    // What fails because the resources close together is said, and is no failure of the stop.
    complained: 'queries did not close: its database is closing\n',
  });
  expect(performance.now() - asked).toBeLessThan(5_500);
});

test('lets a server drain for longer than five seconds when the start has allowed it', async () => {
  const child = start(`
    allowDrain(6000);
    resources.add('database', async () => say('database closed'));
    resources.add('server', () => new Promise((done) => setTimeout(() => done(say('drained')), 6000)));
    reportStop((message) => say(message));
    say('ready');`);
  await child.whenSaid('ready');
  child.kill('SIGTERM');
  expect(await child.ended).toEqual({
    code: 0,
    said: ['ready', 'stopping', 'drained', 'database closed', 'stopped'],
    complained: '',
  });
});

test('ends with exit code 0 when it receives a signal during a start that waits for ever', async () => {
  const child = start(
    `${openTwo} reportStop((message) => say(message)); say('starting'); await new Promise(() => {});`,
  );
  await child.whenSaid('starting');
  child.kill('SIGTERM');
  expect(await child.ended).toEqual({
    code: 0,
    said: ['starting', 'stopping', 'server closed', 'database closed', 'stopped'],
    complained: '',
  });
});

test('ends as after Ctrl-C when nobody reads its output any more', async () => {
  const child = start(`
    resources.add('database', async () => process.stderr.write('database closed'));
    reportStop((_message, { reason = '' }) => process.stderr.write(reason + ', '));
    setInterval(() => console.log('a line'), 10);
    say('ready');`);
  await child.whenSaid('ready');
  child.stopReading();
  expect(await child.ended).toMatchObject({
    code: 0,
    complained: 'nobody reads its output, database closed, ',
  });
});

test('takes a second signal for the same wish: under npm one Ctrl-C arrives twice', async () => {
  const child = start(`
    resources.add('database', async () => say('database closed'));
    resources.add('slow', () => {
      const done = new Promise((resolve) => process.once('SIGUSR2', resolve));
      say('closing');
      return done;
    });
    say('ready');`);
  await child.whenSaid('ready');
  child.kill('SIGINT');
  await child.whenSaid('closing');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  child.kill('SIGUSR2');
  expect(await child.ended).toEqual({
    code: 0,
    said: ['ready', 'closing', 'database closed'],
    complained: '',
  });
});

test('names the port that is in use, and a free one where one was found', async () => {
  const [first, second] = [createServer(), createServer()];
  await new Promise<void>((resolve) => first.listen(0, '127.0.0.1', resolve));
  const { port } = first.address() as { port: number };
  const cause = await new Promise((resolve) => second.once('error', resolve).listen(port, '127.0.0.1'));
  first.close();
  const problem = `Port ${port} of 127.0.0.1 is in use by another program. Stop that program, or`;
  expect(describeError(cause)).toBe(`${problem} set PORT to another one`);
  const freePort = port + 1;
  expect(describeError(Object.assign(cause as Error, { freePort }))).toBe(
    `${problem} set PORT=${freePort}, which is free`,
  );
});

function listenError(details: object) {
  return Object.assign(new Error('listen failed'), { syscall: 'listen', ...details });
}

test.each<[string, unknown, string]>([
  [
    'a port that only root may use',
    listenError({ code: 'EACCES', port: 80 }),
    'This user may not listen on port 80. Choose a port above 1023, like PORT=4000',
  ],
  [
    'an address of another machine',
    listenError({ code: 'EADDRNOTAVAIL', address: '10.9.9.9' }),
    'This machine has no address 10.9.9.9. Correct HOST',
  ],
  [
    'a bad environment',
    new EnvironmentError(['PORT: is missing']),
    'The environment is not usable:\n  - PORT: is missing',
  ],
  ['something thrown that is no error', 'text', 'text'],
])('describes %s in a sentence', (_what, cause, sentence) => {
  expect(describeError(cause)).toBe(sentence);
});

test('describes a programming error with its stack', () => {
  expect(describeError(new TypeError('x is not a function'))).toContain('lifecycle.test.ts');
});

test('a stop that hurries logs no warning about what closes too early', async () => {
  const [log, environment] = ['log', 'environment'].map((file) =>
    JSON.stringify(new URL(`../../../platform/process/${file}.ts`, import.meta.url).href),
  );
  const child = start(`
    const { openLog } = await import(${log});
    const { readEnvironment } = await import(${environment});
    const log = openLog(readEnvironment({ LOG_LEVEL: 'info' }), 'purchases');
    resources.add('database', async () => log.warn('the connection is lost'));
    resources.add('purchase', () => new Promise(() => {}));
    say('ready');`);
  await child.whenSaid('ready');
  child.kill('SIGTERM');
  const { code, said, complained } = await child.ended;
  expect({ code, complained }).toEqual({ code: 0, complained: '' });
  expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({ level: 30, msg: 'the connection is lost' });
});
