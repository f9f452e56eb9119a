// One JSON object on each line, without secrets and without the input that errors of PostgreSQL carry.
import { expect, test } from 'vitest';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';

function openTestLog(LOG_LEVEL: string) {
  const written: string[] = [];
  const log = openLog(readEnvironment({ LOG_LEVEL }), 'payments', { write: (line) => written.push(line) });
  return { log, written, lines: () => written.map((line) => JSON.parse(line)) };
}

test('writes each entry as one line of JSON with the name of the service and the process id', () => {
  const { log, written, lines } = openTestLog('info');
  log.info({ paymentId: 'p1' }, 'captured the payment,\nas the caller asked');
  expect(written).toHaveLength(1);
  expect(written[0]?.indexOf('\n')).toBe((written[0]?.length ?? 0) - 1);
  expect(lines()[0]).toMatchObject({
    level: 30,
    name: 'payments',
    pid: process.pid,
    paymentId: 'p1',
    msg: 'captured the payment,\nas the caller asked',
  });
});

test('in a stop that hurries, what fails is information, which an operator may leave out', () => {
  for (const [level, levels] of [
    ['info', [50, 30, 30, 30]],
    ['warn', [50]],
  ] as const) {
    const written: string[] = [];
    let isHurried = false;
    const to = { write: (line: string) => void written.push(line) };
    const log = openLog(readEnvironment({ LOG_LEVEL: level }), 'payments', to, () => isHurried);
    log.error('a field failed');
    isHurried = true;
    log.error({ err: new Error('Driver not Connected') }, 'a field failed');
    log.child({ request: 1 }).warn('the connection is lost');
    log.info('stopped');
    expect(written.map((line) => JSON.parse(line).level)).toEqual(levels);
  }
});

test('writes nothing below the level of the environment', () => {
  const { log, lines } = openTestLog('error');
  log.info('a request arrived');
  log.warn('a retry is near');
  log.error('the statement failed');
  expect(lines().map(({ msg }) => msg)).toEqual(['the statement failed']);
});

test.each([
  ['a password', { password: 'hunter2' }],
  ['a token', { token: 'hunter2' }],
  ['a card token', { paymentToken: 'hunter2' }],
  ['a password one level down', { input: { password: 'hunter2' } }],
  ['a token one level down', { session: { token: 'hunter2' } }],
  ['a card token one level down', { input: { paymentToken: 'hunter2' } }],
  ['an Authorization header', { headers: { authorization: 'Bearer hunter2' } }],
])('never writes %s that code passes by mistake', (_what, fields) => {
  const { log, written } = openTestLog('info');
  log.info({ ...fields, accountId: 'a1' }, 'signed in');
  expect(written.join()).not.toContain('hunter2');
  expect(written.join()).toContain('"accountId":"a1"');
});

test('writes the message of a failed statement, and neither its parameters nor the rows that PostgreSQL quotes', () => {
  const { log, written } = openTestLog('info');
  const err = Object.assign(new Error('duplicate key value violates unique constraint'), {
    code: '23505',
    parameters: ['ada@example.com'],
    driverError: { detail: 'Key (email)=(ada@example.com) already exists.' },
    detail: 'Key (email)=(ada@example.com) already exists.',
    where: 'COPY account, line 1: "ada@example.com"',
  });
  log.error({ err }, 'the statement failed');
  expect(written.join()).not.toContain('ada@example.com');
  expect(JSON.parse(written[0] ?? '').err).toMatchObject({
    message: 'duplicate key value violates unique constraint',
    code: '23505',
    stack: expect.stringContaining('log.test.ts'),
  });
});
