// Runs the parts of the benchmark one after another, each with a report. Every process that a part starts ends with it.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeError, getExitCode } from '../platform/process/lifecycle.ts';
import { discardUnreadOutput } from '../platform/process/output.ts';
import { OpenResources, waitForEndRequest } from '../platform/process/shutdown.ts';
import { measureCheckout } from './checkout/checkout.ts';
import { measureEvents } from './events/events.ts';
import { installPackages } from './install.ts';
import { measureMemory } from './memory/memory.ts';
import { type Options, type Part, readOptions } from './options.ts';
import { measureReloads } from './reloads/reloads.ts';
import { formatGatewayReport } from './report/gateway.ts';
import { formatQueriesReport } from './report/queries.ts';
import type { Report } from './report/report.ts';
import { measureSignIns } from './sign-ins/sign-ins.ts';
import { measureGateways } from './workloads/gateway.ts';
import { definitions } from './workloads/shop/subjects.ts';
import { measureShop } from './workloads/shop.ts';

const measureParts: Readonly<Record<Part, (...args: Parameters<typeof measureCheckout>) => Promise<Report>>> =
  {
    queries: async (options, start) => formatQueriesReport(await measureShop(options, start)),
    gateway: async (options, start) => formatGatewayReport(await measureGateways(options, start)),
    checkout: measureCheckout,
    'sign-ins': measureSignIns,
    memory: measureMemory,
    reloads: measureReloads,
    events: measureEvents,
  };

/** Runs the parts that the arguments choose. Returns the exit code: 130 after Ctrl-C, as shells expect, and 141 when nobody reads its output any more. */
export async function runBench(args: readonly string[], print: (line: string) => void): Promise<number> {
  const ended = new Promise<number>((resolve) => {
    void waitForEndRequest().then(() => resolve(130));
    discardUnreadOutput(() => resolve(141));
  });
  try {
    const options = readOptions(args);
    if (needsPackages(options)) installPackages(print);
    for (const part of options.parts) {
      const opened = new OpenResources();
      try {
        const code = await Promise.race([measure(part, { options, opened, print }), ended]);
        if (code !== 0) return code;
      } finally {
        for (const { name, cause } of await opened.close())
          process.stderr.write(`${name} did not close: ${describeError(cause)}\n`);
      }
    }
    return 0;
  } catch (cause) {
    process.stderr.write(`${describeError(cause)}\n`);
    return getExitCode(cause);
  }
}

interface Run {
  options: Options;
  opened: OpenResources;
  print: (line: string) => void;
}

async function measure(part: Part, { options, opened, print }: Run): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  // PostgreSQL runs as another user when root runs the bench.
  chmodSync(folder, 0o755);
  opened.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const started = performance.now();
  const onStep = (step: string) =>
    print(`${part}, ${((performance.now() - started) / 1000).toFixed(0)} s: ${step}`);
  const report = await measureParts[part](options, { opened, folder, onStep });
  print(report.text);
  if (options.isWhole) write(part, report);
  return 0;
}

function write(part: Part, { text, svg }: Report): void {
  const file = join(import.meta.dirname, 'results', part);
  writeFileSync(`${file}.md`, text);
  if (svg !== undefined) writeFileSync(`${file}.svg`, svg);
}

function needsPackages({ parts, subjects }: Options): boolean {
  if (parts.includes('gateway')) return true;
  const names = subjects ?? Object.keys(definitions);
  return parts.includes('queries') && names.some((name) => definitions[name]?.needsPackages === true);
}
