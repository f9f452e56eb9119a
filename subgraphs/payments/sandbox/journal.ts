// The sandbox's memory: one JSON line for each thing that happened, appended before it is answered and never changed.
// Without a folder it forgets with the process.
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
  | { event: 'captured'; at: string; reference: string }
  | { event: 'voided'; at: string; reference: string; id: string }
  | { event: 'refunded'; at: string; reference: string; refund: string; amount: string };

export interface Journal {
  /** What happened before this process, oldest first. */
  past: readonly Entry[];
  /** Survives the end of the process once it returns. */
  append: (entry: Entry) => void;
  close: () => void;
}

/** Throws what the file system throws, and for a line that is not JSON. */
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
  // A line without an end was being written when the power went: it was never answered, so it never happened.
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) truncateSync(file, end);
  const lines = text.subarray(0, end).toString().split('\n').slice(0, -1);
  return lines.map((line, index) => {
    try {
      return JSON.parse(line);
    } catch (cause) {
      const where = `${file}:${index + 1}`;
      throw new Error(
        `${where} is damaged; remove the file to begin with empty books (the payments lose their charges)`,
        {
          cause,
        },
      );
    }
  });
}
