// Figures are comparable only when every subject gives the same client the same answer, and when the subjects of this project
// show no account without a valid session token. The checks throw before anything is measured.
import { isDeepStrictEqual } from 'node:util';
import type { Question, Subject } from './rounds.ts';

interface Reply {
  status: number;
  data?: Readonly<Record<string, unknown>> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

export async function ask(
  { url, headers }: Pick<Subject, 'url' | 'headers'>,
  question: Question,
  client: number,
): Promise<Reply> {
  const flat = headers[client % headers.length] ?? [];
  const pairs = flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1] ?? '']] : []));
  const response = await fetch(url, {
    method: 'POST',
    headers: pairs as [string, string][],
    body: question.bodies[client % question.bodies.length] ?? '',
  });
  return { status: response.status, ...((await response.json()) as Omit<Reply, 'status'>) };
}

/** Compares the answers to a few clients with those of the first subject, for every question. */
export async function requireSameAnswers(
  subjects: readonly Subject[],
  questions: readonly Question[],
  clients: readonly number[],
): Promise<void> {
  for (const question of questions) {
    for (const client of clients) {
      let expected: string | undefined;
      for (const subject of subjects) {
        const { data } = await requireAnswer(subject, question, client);
        const text = JSON.stringify(data);
        expected ??= text;
        if (isDeepStrictEqual(data, JSON.parse(expected))) continue;
        throw new Error(
          `${subject.name} answers ${question.name} otherwise than ${subjects[0]?.name}: ${describeDifference(text, expected)}`,
        );
      }
    }
  }
}

/** Throws for an answer with errors, and for one that has nothing in a field of its root. */
async function requireAnswer(subject: Subject, question: Question, client: number): Promise<Reply> {
  const reply = await ask(subject, question, client);
  const fields = Object.values(reply.data ?? {});
  if (reply.errors === undefined && fields.length > 0 && fields.every((field) => field !== null))
    return reply;
  throw new Error(
    `${subject.name} does not answer ${question.name}: ${JSON.stringify(reply).slice(0, 2_000)}`,
  );
}

/** Two clients never get the same answer: a subject that does not look who asks would agree with itself. */
export async function requireOwnAnswers(
  subjects: readonly Subject[],
  questions: readonly Question[],
): Promise<void> {
  for (const question of questions) {
    for (const subject of subjects) {
      const [one, other] = [await ask(subject, question, 0), await ask(subject, question, 1)];
      if (!isDeepStrictEqual(one.data, other.data)) continue;
      throw new Error(`${subject.name} answers ${question.name} without looking who asks`);
    }
  }
}

/** Throws unless the subject shows no account for a token that it never gave, and says so, and none to a client without a token. */
export async function requireIdentity(subject: Subject, question: Question): Promise<void> {
  const json = ['content-type', 'application/json'];
  const forged = { url: subject.url, headers: [[...json, 'authorization', `Bearer ${'x'.repeat(43)}`]] };
  const { status, data, errors } = await ask(forged, question, 0);
  const isRefused = errors?.[0]?.extensions?.code === 'UNAUTHENTICATED' && (data?.me ?? null) === null;
  if (!isRefused) {
    throw new Error(`${subject.name} answers ${status} to a token that it never gave`);
  }
  const stranger = await ask({ url: subject.url, headers: [json] }, question, 0);
  if ((stranger.data?.me ?? null) !== null) throw new Error(`${subject.name} answers strangers`);
}

/** Where two texts begin to differ. */
function describeDifference(text: string, expected: string): string {
  const start = [...text].findIndex((letter, index) => letter !== expected[index]);
  const from = Math.max(0, (start < 0 ? expected.length : start) - 60);
  return `${text.slice(from, from + 160)} in place of ${expected.slice(from, from + 160)}`;
}
