// Tells when files changed. Events of their folders say it at once (editors replace files, so a file's own watcher would go
// blind), and a slow look at the files themselves says it where there are no events: many mounts of containers have none.
// It says so once they are at rest, and says too much rather than too little: whoever listens compares contents.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from './environment.ts';
import type { Log } from './log.ts';

/** How long files must look the same: a checkout or an editor writes several, or one in parts. In milliseconds. */
const defaultQuietMs = 40;

/** How often they are looked at without an event, in milliseconds. */
const pollMs = 500;

/** True where files are followed while running: as HOT_RELOAD says, else in development alone. */
export function isHotReloadEnabled({ HOT_RELOAD, NODE_ENV }: Environment): boolean {
  return HOT_RELOAD ?? NODE_ENV === 'development';
}

export interface ReloadOptions {
  /** What it is, for the log. */
  name: string;
  /** Asked at every look: the files may become others. */
  files: () => readonly string[];
  /** Reads them and takes what changed; false when nothing did. Throws where it is broken: then the old one stays. */
  reload: () => boolean;
  log: Log;
  /** How long the files must be at rest, in milliseconds. */
  quietMs?: number;
}

/** Takes changes from now on, beginning with those since the files were read. Answers how to stop. */
export function reloadOnChange({ name, files, reload, log, quietMs }: ReloadOptions): () => void {
  let isBroken = false;
  const tryReload = () => {
    const started = performance.now();
    try {
      const tookMs = () => Math.round(performance.now() - started);
      if (reload()) log.info({ tookMs: tookMs() }, `${name} changed and is served`);
      else if (isBroken) log.info(`${name} is again what is served`);
      isBroken = false;
    } catch (cause) {
      isBroken = true;
      for (const problem of listProblems(cause)) log.error(`${name} changed; the old one stays: ${problem}`);
    }
  };
  tryReload();
  return watchFiles(files, tryReload, quietMs);
}

/** Calls `onChange` after every change of the files, and after others that look like one. Answers how to stop. */
export function watchFiles(
  files: () => readonly string[],
  onChange: () => void,
  quietMs = defaultQuietMs,
): () => void {
  let lastFingerprint = fingerprintFiles(files());
  let changingFingerprint: string | undefined;
  let timer: NodeJS.Timeout;
  let isPollDueSoon = false;
  const pollIn = (ms: number) => {
    clearTimeout(timer);
    isPollDueSoon = ms === quietMs;
    timer = setTimeout(poll, ms).unref();
  };
  // A busy folder must not put the look off for ever, so an event never moves one that is due.
  const watchers = new FolderWatchers(() => {
    if (!isPollDueSoon) pollIn(quietMs);
  });
  const poll = () => {
    const fingerprint = fingerprintFiles(files());
    if (fingerprint !== lastFingerprint && fingerprint !== changingFingerprint) {
      changingFingerprint = fingerprint;
      return pollIn(quietMs);
    }
    changingFingerprint = undefined;
    pollIn(pollMs);
    if (fingerprint === lastFingerprint) return;
    lastFingerprint = fingerprint;
    onChange();
    watchers.watch(files());
  };
  watchers.watch(files());
  pollIn(pollMs);
  return () => {
    clearTimeout(timer);
    watchers.watch([]);
  };
}

class FolderWatchers {
  readonly #open = new Map<string, FSWatcher>();
  readonly #onEvent: () => void;

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** Watches the folders of these files and no others. One that cannot be watched is left to the slow look. */
  watch(files: readonly string[]): void {
    const folders = new Set(files.map((file) => dirname(file)));
    for (const [folder, watcher] of this.#open) {
      if (!folders.has(folder)) this.#close(folder, watcher);
    }
    for (const folder of folders) {
      if (!this.#open.has(folder)) this.#watchOne(folder);
    }
  }

  #watchOne(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, this.#onEvent);
      watcher.on('error', () => this.#close(folder, watcher));
      this.#open.set(folder, watcher);
    } catch {
      // No such folder, or the system has no watchers left.
    }
  }

  #close(folder: string, watcher: FSWatcher): void {
    watcher.close();
    this.#open.delete(folder);
  }
}

/** Changes with every write and every replacement. Nanoseconds alone would miss two writes in one tick of the clock. */
function fingerprintFiles(files: readonly string[]): string {
  return files.map((file) => `${file} ${fingerprintFile(file)}`).join('\n');
}

function fingerprintFile(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined
    ? 'missing'
    : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}

/** One line for each thing to correct. */
function listProblems(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return [String(cause)];
  const { problems = [cause.message] } = cause as Error & { problems?: readonly string[] };
  return problems.map((problem) => problem.replaceAll(/\s*\n\s*/g, ' '));
}
