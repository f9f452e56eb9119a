// Workload 1: three queries to a shop of four databases, sent to Tributary and to every program that it is compared with.
// Only the first comparison: npm run bench -- --only queries --subjects one-process,floor,joins --queries main-journey --clients 16

import type { OpenResources } from '../../platform/process/shutdown.ts';
import { openGenerator } from '../measure/generator.ts';
import { type Measured, readMachine } from '../measure/measured.ts';
import { longLeadIn, measureAll, type Plan, type Subject, shortLeadIn } from '../measure/rounds.ts';
import { requireIdentity, requireOwnAnswers, requireSameAnswers } from '../measure/same-answers.ts';
import type { Options } from '../options.ts';
import { openDatabases } from './shop/databases.ts';
import { questionNames, readQuestion } from './shop/questions.ts';
import { buildCustomer, type ShopSize } from './shop/rows.ts';
import { getDefinition, listSubjects, startSubjects } from './shop/subjects.ts';

const whole: ShopSize = { accounts: 1000, purchasesOfEach: 60, products: 500 };
const quick: ShopSize = { accounts: 200, purchasesOfEach: 60, products: 500 };

export async function measureShop(
  options: Options,
  { opened, folder, onStep }: { opened: OpenResources; folder: string; onStep: (step: string) => void },
): Promise<Measured> {
  const machine = readMachine();
  const names = options.subjects ?? listSubjects();
  const questions = (options.questions ?? questionNames.slice(0, options.isQuick ? 2 : undefined)).map(
    readQuestion,
  );
  names.forEach(getDefinition);
  const size = options.isQuick ? quick : whole;
  onStep(`databases of ${size.accounts} accounts`);
  const databases = await openDatabases(folder, size, opened);
  const customers = Array.from({ length: size.accounts }, (_, index) => buildCustomer(index + 1));
  onStep(`starting ${names.join(', ')}`);
  const subjects = await startSubjects(names, { databases, folder, opened }, customers);
  await requireSameAnswers(subjects, questions, options.isQuick ? [0, 101] : [0, 17, 101, 999]);
  await requireOwnAnswers(subjects, questions);
  await requireIdentities(subjects, questions);
  const times = chooseTimes(options);
  const cells = await measureAll({
    subjects,
    questions,
    clients: options.clients ?? (options.isQuick ? [1, 16] : [1, 16, 64]),
    ...times,
    shared: [databases.postmaster],
    statements: databases.statements,
    generator: await openGenerator(opened),
    onStep,
  });
  return { cells, machine, ...times };
}

async function requireIdentities(subjects: readonly Subject[], [question]: Plan['questions']): Promise<void> {
  for (const subject of subjects) {
    if (question !== undefined && getDefinition(subject.name).isOurs)
      await requireIdentity(subject, question);
  }
}

function chooseTimes({ isQuick, rounds }: Options): Times {
  return isQuick
    ? { rounds: rounds ?? 1, windowMs: 250, warmUpMs: 300, leadIn: shortLeadIn, budgetMs: 60_000 }
    : { rounds: rounds ?? 4, windowMs: 500, warmUpMs: 2_500, leadIn: longLeadIn, budgetMs: 7 * 60_000 };
}

type Times = Pick<Plan, 'rounds' | 'windowMs' | 'warmUpMs' | 'leadIn' | 'budgetMs'>;
