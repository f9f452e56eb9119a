// The queries of bench/queries/ as clients send them: without comments, with the same body for every client.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Question } from '../../measure/rounds.ts';

const folder = join(import.meta.dirname, '../../queries');

/** In the order in which they are measured and reported. */
export const questionNames: readonly string[] = ['main-journey', 'one-field', 'list-of-50'];

export function readQuestion(name: string): Question {
  if (!questionNames.includes(name)) {
    throw new Error(`There is no query "${name}"; there are ${questionNames.join(', ')}`);
  }
  const query = readFileSync(join(folder, `${name}.graphql`), 'utf8').replaceAll(/^#.*\n/gm, '');
  return { name, bodies: [JSON.stringify({ query })] };
}
