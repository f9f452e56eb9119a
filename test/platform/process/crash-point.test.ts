// Which call of a crash point ends the process. Here the signal is only recorded; test/faults/sweep.test.ts ends real processes.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCrashPoints } from '../../../platform/process/crash-point.ts';
import { temporaryFolder } from '../../support/temporary.ts';

let signals: unknown[][] = [];
beforeEach(() => {
  signals = [];
  vi.spyOn(process, 'kill').mockImplementation((...signal) => {
    signals.push(signal);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const sigkill = [process.pid, 'SIGKILL'];

function crashPoints(setting: string | undefined, NODE_ENV: 'test' | 'production' = 'test') {
  return readCrashPoints('payments', { NODE_ENV, source: { TEST_KILL_AT: setting } });
}

test('ends the process with SIGKILL at the chosen point of the chosen service, and nowhere else', () => {
  const crashPoint = crashPoints('payments: before CreatePayment');
  crashPoint('after CreatePayment');
  expect(signals).toEqual([]);
  crashPoint('before CreatePayment');
  expect(signals).toEqual([sigkill]);
});

test('does nothing in a service that the setting does not name', () => {
  crashPoints('products: before CreatePayment')('before CreatePayment');
  expect(signals).toEqual([]);
});

test('counts how often the process reaches the point when the setting has a number', () => {
  const crashPoint = crashPoints('payments: sweep#3');
  crashPoint('sweep');
  crashPoint('sweep');
  expect(signals).toEqual([]);
  crashPoint('sweep');
  expect(signals).toEqual([sigkill]);
});

test('reads a file each time, so that a test can choose the point while the process runs', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'point');
  writeFileSync(file, '');
  const crashPoint = crashPoints(`@${file}`);
  crashPoint('sweep');
  expect(signals).toEqual([]);
  writeFileSync(file, 'payments: sweep');
  crashPoint('another point');
  expect(signals).toEqual([]);
  crashPoint('sweep');
  expect(signals).toEqual([sigkill]);
  rmSync(folder, { recursive: true });
});

test('does nothing without a setting, and nothing outside of tests with any setting', () => {
  crashPoints(undefined)('sweep');
  crashPoints('payments: sweep', 'production')('sweep');
  expect(signals).toEqual([]);
});
