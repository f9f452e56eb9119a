// Proves that the tests of this folder, and those of purchases, can fail: it removes one safeguard at a time from a copy of the project, and the test of
// that safeguard must fail there. Without a mutant the same tests pass in the same copy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { copyProject } from '../support/commands.ts';
import { buildEnvironment } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Mutant {
  safeguard: string;
  file: string;
  /** An exact text that the file contains once. */
  replace: string;
  by: string;
  /** The fastest test of the safeguard: its file in test/, and a part of its name. */
  caughtBy: [file: string, name: string];
}

const sequences = 'answers every sequence of';
const mutants: Mutant[] = [
  {
    safeguard: 'the idempotency key at the provider',
    file: 'subgraphs/payments/create-payment.ts',
    replace: 'provider.authorize({ reference: payment.id, amount, token }, signal)',
    by: 'provider.authorize({ reference: crypto.randomUUID(), amount, token }, signal)',
    caughtBy: ['faults/participants/contract-payment', sequences],
  },
  {
    safeguard: 'the tombstone of voidPayment',
    file: 'subgraphs/payments/void-payment.ts',
    replace: 'const tombstone = await insertTombstone(ctx, keys);',
    by: "const tombstone = (await paymentByPurchase(ctx, keys.purchaseId)) === null ? { status: 'VOIDED' as const } : null;",
    caughtBy: ['faults/participants/contract-payment', sequences],
  },
  {
    safeguard: 'the tombstone of releaseStock',
    file: 'subgraphs/products/release-stock.ts',
    replace: 'const [released] = await publishChangeAfter(',
    by: `if ((await reservationByPurchase(ctx, purchaseId)) === null)
    return { purchase_id: purchaseId, status: 'RELEASED', created_at: new Date(), updated_at: new Date() };
  const [released] = await publishChangeAfter(`,
    caughtBy: ['faults/participants/contract-stock', sequences],
  },
  {
    safeguard: 'the compare-and-swap of the purchase',
    file: 'subgraphs/purchases/transition.ts',
    replace: 'WHERE id = $1 AND status = $2 RETURNING',
    by: 'WHERE id = $1 AND $2::text IS NOT NULL RETURNING',
    caughtBy: ['faults/zombie', 'wakes up in "confirm" after its successor, and gives up'],
  },
  {
    safeguard: 'the way back of a confirmed purchase',
    file: 'subgraphs/purchases/purchase-saga.ts',
    replace: 'if (!isHoldGone(cause)) throw cause;',
    by: 'if (isHoldGone(cause) || cause instanceof Error) throw cause;',
    caughtBy: ['faults/zombie', 'wakes up in "give up" after its successor, and gives up'],
  },
  {
    safeguard: 'the patience with a capture that is refused by mistake',
    file: 'subgraphs/purchases/purchase-saga.ts',
    replace: 'if (!isHoldGone(cause)) throw cause;',
    by: 'if (!isHoldGone(cause) && !(cause instanceof PeerRefusal)) throw cause;',
    caughtBy: ['purchases/lapsed-hold', 'when the capture is refused as FORBIDDEN'],
  },
  {
    safeguard: 'the look for a captured amount before a purchase is given up',
    file: 'subgraphs/purchases/purchase-saga.ts',
    replace: "if (voided === 'captured') {",
    by: "if (voided === 'captured' && purchase.status === 'CANCELLING') {",
    caughtBy: ['purchases/lapsed-hold', 'although its capture was called refused'],
  },
  {
    safeguard: 'the reconciliation of createPayment',
    file: 'subgraphs/payments/create-payment.ts',
    replace: 'const existing = mayExist ? await provider.find(payment.id, signal) : null;',
    by: 'const existing = mayExist ? null : null;',
    caughtBy: ['faults/participants/contract-payment', 'after a crash that left PENDING AUTHORIZED'],
  },
];

const copy = temporaryFolder();
afterAll(() => rmSync(copy, { recursive: true, force: true }));

beforeAll(() => {
  copyProject(copy);
  // The mutants use the databases of this run: they change no migration, and a PostgreSQL for each would take too long.
  const config = {
    include: ['test/{faults,purchases}/**/*.test.ts'],
    provide: { adminUrl: inject('adminUrl') },
    pool: 'forks',
    isolate: false,
    maxWorkers: 1,
    testTimeout: 30_000,
    experimental: { viteModuleRunner: false },
  };
  writeFileSync(join(copy, 'mutant.config.ts'), `export default { test: ${JSON.stringify(config)} };\n`);
});

/** Runs tests in the copy, and returns the exit code and the output. */
async function run(files: readonly string[], name: string): Promise<{ code: number; output: string }> {
  const paths = files.map((file) => `test/${file}.test.ts`);
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'mutant.config.ts',
    '-t',
    name,
    ...paths,
  ];
  const child = spawn(process.execPath, args, {
    cwd: copy,
    env: buildEnvironment({ PATH: process.env.PATH ?? '', NO_COLOR: '1' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}

const escapePattern = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

// All files at once: on a machine that is busy otherwise this takes longer than one test may.
test('passes the same tests without a mutant', { timeout: 180_000 }, async () => {
  const files = new Set(mutants.map(({ caughtBy: [file] }) => file));
  const names = new Set(mutants.map(({ caughtBy: [, name] }) => escapePattern(name)));
  const { code, output } = await run([...files], [...names].join('|'));
  expect(output).toMatch(/Tests +\d+ passed/);
  // Vitest says nothing of a file that it does not find.
  for (const file of files) expect(output).toContain(`test/${file}.test.ts`);
  expect(code, output).toBe(0);
});

test.for(mutants)('fails without $safeguard', async ({ file, replace, by, caughtBy: [tests, name] }) => {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  expect(original.split(replace), `${file} has this text once: ${replace}`).toHaveLength(2);
  writeFileSync(
    path,
    original.replace(replace, () => by),
  );
  try {
    const { code, output } = await run([tests], escapePattern(name));
    // The tests must fail by assertions, not by a file that does not load.
    expect(output).toMatch(/Tests +\d+ failed/);
    expect(code, output).toBe(1);
  } finally {
    writeFileSync(path, original);
  }
});
