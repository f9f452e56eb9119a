// The journal of the sandbox provider: one line of JSON for each change, appended before the response and never changed. Without
// a folder, the changes are lost when the process ends.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type Entry =
  | {
      event: 'authorized' | 'declined';
      at: string;
      reference: string;
      id: string;
      amount: string;
      currency: string;
    }
  | { event: 'captured' | 'expired'; at: string; reference: string }
  | { event: 'voided'; at: string; reference: string; id: string }
  | { event: 'refunded'; at: string; reference: string; refund: string; amount: string };

export interface Journal {
  /** The changes before this process, oldest first. */
  past: readonly Entry[];
  /** Writes an entry to the file. When it returns, the entry survives the end of the process. */
  append: (entry: Entry) => void;
  close: () => void;
}

/** Opens the journal. Throws errors of the file system, and an error for a line that is not JSON. */
export function openJournal(folder: string | undefined): Journal {
  if (folder === undefined) return { past: [], append: () => {}, close: () => {} };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'journal.jsonl');
  const past = readEntries(file);
  const descriptor = openSync(file, 'a');
  return {
    past,
    append: (entry) => {
      writeSync(descriptor, `${JSON.stringify(entry)}\n`);
    },
    close: () => closeSync(descriptor),
  };
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
