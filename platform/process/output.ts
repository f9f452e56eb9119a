// What a process writes beside its log. The lines have the form of the log (log.ts), and this file writes them without it: a start may
// fail before its settings, or the code of the log, are there. The output of a process may also lose its reader, as in `npm start | head`,
// which closes it after ten lines, or its disk may be full. Without a listener, the next line would end the process with a stack, and leave
// behind what it has open.

/**
 * From now on, output that cannot be written is discarded. The first listener is called once when the output has lost its reader, the
 * second one once when writing fails for another reason, such as a full disk.
 */
export function discardUnreadOutput(
  onReaderGone: () => void = () => {},
  onFailure: (cause: Error) => void = () => {},
): void {
  const reported = new Set<boolean>();
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      const isReaderGone = cause.code === 'EPIPE';
      if (reported.has(isReaderGone)) return;
      reported.add(isReaderGone);
      if (isReaderGone) onReaderGone();
      else onFailure(cause);
    });
  }
}

const levels = { warn: 40, error: 50, fatal: 60 } as const;

/** Writes one JSON object on standard error, whatever LOG_LEVEL is. */
export function writeLogLine(
  name: string,
  level: keyof typeof levels,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): void {
  const line = { level: levels[level], time: Date.now(), name, pid: process.pid, ...details, msg: message };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** From now on, warnings of Node and errors that nothing catches are lines, too. Such an error still ends the process with exit code 1. */
export function writeNodeOutputAsLines(name: string): void {
  // Node's own listener would print them in its way.
  process.removeAllListeners('warning');
  process.on('warning', (given: Error & { code?: unknown; detail?: unknown }) => {
    // A warning may hold more, such as the emitter that has too many listeners: a circle, or what belongs into no log.
    const { name: warning, message, code, detail } = given;
    writeLogLine(name, 'warn', message, { warning, code, detail });
  });
  process.on('uncaughtException', (cause: unknown, origin) => {
    writeLogLine(name, 'fatal', cause instanceof Error ? cause.message : String(cause), {
      origin,
      err: serializeError(cause),
    });
    process.exit(1);
  });
}

/** The keys that the log gives an error. */
export function serializeError(cause: unknown): Record<string, unknown> | undefined {
  return cause instanceof Error
    ? { type: cause.name, message: cause.message, stack: cause.stack }
    : undefined;
}
