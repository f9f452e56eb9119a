// npm passes a signal to the shell between it and this process, and many shells end without passing it on. Without this, a graph
// whose npm was told to end, or was killed, would go on. A process that npm has not started may outlive its parent.

/** How often the process looks for its parent, in milliseconds. */
const intervalMs = 250;

/** Calls back once when the process that started this one has ended, if that was npm's. Keeps no process alive. */
export function watchParentUnderNpm(onEnd: () => void): void {
  // It says who started this process, and is no setting of it.
  if (process.env.npm_lifecycle_event === undefined) return;
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    onEnd();
  }, intervalMs).unref();
}
