// What the bench asks the gateway whose graph it changes, and the reply.

export const reloadQuestion = 'reload';

export interface Reloaded {
  /** Whether the file had changed. */
  hasChanged: boolean;
  tookMs: number;
}
