// Detects changes of files. Events of their folders report a change immediately (editors replace files, and a watcher of the old
// file sees nothing more). Slow polling finds changes where there are no events, as in many mounts of containers. A change is
// reported when the files have stopped changing. It may be reported without need, so the listener compares contents.
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from './environment.ts';
import type { Log } from './log.ts';

/** How long files must stay unchanged: a checkout or an editor writes several files, or one file in parts. */
const defaultQuietMs = 40;

/** How often the files are checked without an event. */
const pollMs = 500;

/** True when changes of files are applied to a running process: as HOT_RELOAD says, otherwise in development only. */
export function isHotReloadEnabled({ HOT_RELOAD, NODE_ENV }: Environment): boolean {
  return HOT_RELOAD ?? NODE_ENV === 'development';
}

export interface ReloadOptions {
  /** What the files contain, for the log: "the schema". */
  name: string;
  /** Called at every check, because the list of files may change. */
  files: () => readonly string[];
  /**
   * Reads the files and applies a change. Returns what changed, for the log, and false when nothing changed. Throws for invalid files,
   * and changes nothing then.
   */
  reload: () => string | false;
  log: Log;
  /** Receives what changed where the log does not show it: a person reads a terminal with warnings only. */
  onReload?: ((message: string) => void) | undefined;
  /** How long the files must stay unchanged. */
  quietMs?: number;
}

/** Applies changes from now on, beginning with those since the caller read the files. Returns a function that stops it. */
export function reloadOnChange({ name, files, reload, log, onReload, quietMs }: ReloadOptions): () => void {
  let isBroken = false;
  const report = (message: string, tookMs: number) => {
    log.info({ tookMs }, message);
    if (!log.isLevelEnabled('info')) onReload?.(message);
  };
  const tryReload = () => {
    const started = performance.now();
    try {
      const tookMs = () => Math.round(performance.now() - started);
      const changes = reload();
      if (changes !== false) report(`${name} changed and is now in use: ${changes}`, tookMs());
      else if (isBroken) log.info(`${name} is valid again and was not changed`);
      isBroken = false;
    } catch (cause) {
      isBroken = true;
      for (const problem of listProblems(cause))
        log.error(`${name} changed; the previous version stays in use: ${problem}`);
    }
  };
  tryReload();
  return watchFiles(files, tryReload, quietMs);
}

/** Calls `onChange` after every change of the files, and sometimes without one. Returns a function that stops it. */
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
  // An event never postpones a check that is due soon, because a folder with many events would postpone it forever.
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

  /** Watches the folders of these files and no others. Polling covers a folder that cannot be watched. */
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
      // The folder does not exist, or the system allows no further watchers.
    }
  }

  #close(folder: string, watcher: FSWatcher): void {
    watcher.close();
    this.#open.delete(folder);
  }
}

/** Changes with every write and every replacement. The time alone would miss a second write in one tick of the clock. */
function fingerprintFiles(files: readonly string[]): string {
  return files.map((file) => `${file} ${fingerprintFile(file)}`).join('\n');
}

function fingerprintFile(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined
    ? 'missing'
    : `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
}

/** The problems to correct, each on one line. */
function listProblems(cause: unknown): readonly string[] {
  if (!(cause instanceof Error)) return [String(cause)];
  const { problems = [cause.message] } = cause as Error & { problems?: readonly string[] };
  return problems.map((problem) => problem.replaceAll(/\s*\n\s*/g, ' '));
}
