// The journal of the sandbox provider: one line of JSON for each change, appended before the response and never changed. Without
// a folder, the changes are lost when the process ends. Two writers would each miss the changes of the other, so a journal has one.
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createFolders, describeFolderError } from '../../../platform/process/folders.ts';
import { EnvironmentError } from '../../../platform/process/variables.ts';

export type Entry =
  | {
      event: 'authorized' | 'declined';
      at: string;
      reference: string;
      id: string;
      amount: string;
      currency: string;
    }
  | { event: 'captured' | 'expired' | 'reversed'; at: string; reference: string }
  | { event: 'voided'; at: string; reference: string; id: string }
  | { event: 'refunded'; at: string; reference: string; refund: string; amount: string }
  | { event: 'disputed'; at: string; reference: string; dispute: string; amount: string }
  | { event: 'dispute_won' | 'dispute_lost'; at: string; reference: string; dispute: string };

export interface Journal {
  /** The changes before this process, oldest first. */
  past: readonly Entry[];
  /** Writes an entry to the file. When it returns, the entry survives the end of the process. */
  append: (entry: Entry) => void;
  close: () => void;
}

/**
 * Opens the journal. Throws EnvironmentError when the folder cannot be used or another one has the journal open, and an error for a line that
 * is not JSON.
 */
export function openJournal(folder: string | undefined): Journal {
  if (folder === undefined) return { past: [], append: () => {}, close: () => {} };
  createFolder(folder);
  const unlock = lock(folder);
  try {
    const file = join(folder, 'journal.jsonl');
    const past = readEntries(file);
    const descriptor = openSync(file, 'a');
    return {
      past,
      append: (entry) => {
        writeSync(descriptor, `${JSON.stringify(entry)}\n`);
      },
      close: () => {
        closeSync(descriptor);
        unlock();
      },
    };
  } catch (cause) {
    unlock();
    throw cause;
  }
}

function createFolder(folder: string): void {
  try {
    createFolders(folder);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new EnvironmentError([describeDataFolderProblem(folder, describeFolderError(cause))]);
  }
}

export function describeDataFolderProblem(folder: string, reason: string): string {
  return `DATA_DIR: ${folder} cannot be used: ${reason}; allow writing there, or set DATA_DIR to a folder where you may write`;
}

/** The result code of SQLite for a file that another connection has locked (SQLITE_BUSY). */
const busy = 5;

/**
 * Locks the journal and returns the function that unlocks it. The lock is SQLite's on an empty file: the operating system holds
 * it for the process and drops it when the process ends in any way. So a crash leaves no lock, and no id of a process is compared.
 */
function lock(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'journal.lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
    return () => database.close();
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: number }).errcode !== busy) throw cause;
    throw new EnvironmentError([
      `DATA_DIR: ${folder} is in use by another sandbox provider; stop that one, set another DATA_DIR, or set PAYMENTS_PROVIDER_URL and PAYMENTS_PROVIDER_KEY so that both use one`,
    ]);
  }
}

function readEntries(file: string): Entry[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file);
  // A last line without a line break was being written when the process ended. Its change was never answered, so it is dropped.
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) truncateSync(file, end);
  const lines = text.subarray(0, end).toString().split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      const where = `${file}:${index + 1}`;
      throw new Error(
        `${where} is damaged. Remove the file to start with empty books; the payments then have no charges.`,
        {
          cause,
        },
      );
    }
  });
}
