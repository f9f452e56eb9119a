// Which data folders the graphs of this checkout use at the moment, so that a command finds the one that runs. A start that cannot
// write the note runs all the same.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive } from '../platform/process/is-alive.ts';

const root = resolve(import.meta.dirname, '..');

/** Git ignores it. Several checkouts may share their packages by a link, so the name tells them apart. */
const defaultNotes = join(
  root,
  'node_modules/.cache/running',
  createHash('sha256').update(root).digest('hex').slice(0, 12),
);

/** Notes that this process uses the folder. The returned function removes the note. */
export function noteDataFolder(dataFolder: string, notes = defaultNotes): () => void {
  const note = join(notes, String(process.pid));
  try {
    mkdirSync(notes, { recursive: true });
    writeFileSync(note, resolve(dataFolder));
  } catch {
    // The packages may be in a folder that only others can write. DATA_DIR still finds the graph.
  }
  return () => rmSync(note, { force: true });
}

/** The data folders of the graphs that run, each once. The note of a process that was killed counts no more. */
export function findRunningFolders(notes = defaultNotes): string[] {
  return [
    ...new Set(
      listNotes(notes)
        .filter((pid) => isAlive(Number(pid), 'commands/'))
        .map(readNote),
    ),
  ].filter((folder) => folder !== '');

  function readNote(pid: string): string {
    try {
      return readFileSync(join(notes, pid), 'utf8');
    } catch {
      // That graph has just ended.
      return '';
    }
  }
}

function listNotes(notes: string): string[] {
  try {
    return readdirSync(notes);
  } catch {
    return [];
  }
}
