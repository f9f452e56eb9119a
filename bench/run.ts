// npm run bench: measures what a query, a gateway and a checkout cost, beside everything that they are compared with.
// `npm run bench -- --help` says how to run less of it. Everything that is started here ends with it.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sentenceOf } from '../platform/run.ts';
import { endRequested, Opened } from '../platform/shutdown.ts';
import { measureCheckout } from './checkout/checkout.ts';
import { type Options, readOptions, usage } from './options.ts';
import { tableOf } from './report/table.ts';
import { titleOf } from './workloads/shop/subjects.ts';
import { measureShop } from './workloads/shop.ts';

const results = join(import.meta.dirname, 'results');
const print = (text: string) => process.stdout.write(`${text}\n`);

if (process.argv.includes('--help')) {
  print(usage);
} else {
  process.exitCode = await untilDone();
  process.exit();
}

/** Answers the exit code: 130 after Ctrl-C, as shells expect. */
async function untilDone(): Promise<number> {
  const opened = new Opened();
  const interrupted = endRequested().then(() => 130);
  try {
    return await Promise.race([measure(readOptions(process.argv.slice(2)), opened), interrupted]);
  } catch (cause) {
    process.stderr.write(`${sentenceOf(cause)}\n`);
    return 1;
  } finally {
    for (const { name, cause } of await opened.close())
      process.stderr.write(`${name} did not close: ${sentenceOf(cause)}\n`);
  }
}

async function measure(options: Options, opened: Opened): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  // PostgreSQL runs as another user when we are root.
  chmodSync(folder, 0o755);
  opened.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const started = performance.now();
  const onStep = (step: string) => print(`${((performance.now() - started) / 1000).toFixed(0)} s: ${step}`);
  if (options.parts.includes('queries')) {
    const cells = await measureShop(options, { opened, folder, onStep });
    print(tableOf(cells, titleOf));
  }
  if (options.parts.includes('checkout')) {
    const text = await measureCheckout(options, { opened, folder, onStep });
    print(text);
    if (options.isWhole) writeFileSync(join(results, 'checkout.md'), text);
  }
  return 0;
}
