// The standard output of a process may lose its reader: `npm start | head` closes it after ten lines. Without a listener, the next
// line that is printed would end the process with a stack, and leave behind what it has open.

/** From now on, output without a reader is discarded. Calls the listener when that happens for the first time. */
export function discardUnreadOutput(onReaderGone: () => void = () => {}): void {
  let isGone = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EPIPE') throw cause;
      if (!isGone) onReaderGone();
      isGone = true;
    });
  }
}
