// The benchmark compares only subjects that send the same responses. These tests compare the graph in one process and the bare
// floor, as the benchmark starts them, over a small shop. The benchmark compares the other subjects itself before it measures.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Subject } from '../../bench/measure/rounds.ts';
import {
  ask,
  requireIdentity,
  requireOwnAnswers,
  requireSameAnswers,
} from '../../bench/measure/same-answers.ts';
import { questionNames, readQuestion } from '../../bench/workloads/shop/questions.ts';
import { buildCustomer, fillShop } from '../../bench/workloads/shop/rows.ts';
import { startSubjects } from '../../bench/workloads/shop/subjects.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { cloneDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/temporary.ts';

const opened = new OpenResources();
const questions = questionNames.map(readQuestion);
let subjects: Subject[];

beforeAll(async () => {
  const size = { accounts: 3, purchasesOfEach: 55, products: 120 };
  const databases = await Promise.all(
    readSupergraphMap().subgraphs.map(async ({ name }) => {
      const { urls, drop } = await cloneDatabase({ adminUrl: inject('adminUrl'), name });
      opened.add(name, drop);
      await fillShop(name, urls.owner, size);
      return [name, urls] as const;
    }),
  );
  const folder = temporaryFolder();
  opened.add('folder', async () => rmSync(folder, { recursive: true, force: true }));
  const shop = { databases: { urls: new Map(databases), monolithUrl: '' }, folder, opened };
  subjects = await startSubjects(['one-process', 'floor'], shop, [1, 2, 3].map(buildCustomer));
});

afterAll(async () => {
  expect(await opened.close()).toEqual([]);
});

test('one process and the floor send the same responses, and each client gets only its own data', async () => {
  await requireSameAnswers(subjects, questions, [0, 1, 2]);
  await requireOwnAnswers(subjects, questions);
});

test('the main journey reads what the benchmark documents: 20 purchases with lines, products, prices and payments', async () => {
  const question = readQuestion('main-journey');
  for (const subject of subjects) {
    const { me } = (await ask(subject, question, 0)).data as {
      me: { purchases: { edges: { node: Purchase }[] } };
    };
    const purchases = me.purchases.edges.map(({ node }) => node);
    expect(purchases).toHaveLength(20);
    for (const { total, lines, payment } of purchases) {
      const sum = lines.reduce((all, { quantity, product }) => all + quantity * cents(product.price), 0);
      expect([cents(total), payment.status, cents(payment.amount)]).toEqual([sum, 'CAPTURED', sum]);
    }
  }
});

test('the benchmark does not measure a subject with a different response, without identity checks, or without a response', async () => {
  const [oneProcess, floor] = subjects as [Subject, Subject];
  const [mine, ...others] = floor.headers;
  const mixedUp = { ...floor, name: 'mixed up', headers: [...others, mine ?? []] };
  await expect(requireSameAnswers([oneProcess, mixedUp], questions, [0])).rejects.toThrow('mixed up answers');
  const onlyOne = { ...floor, headers: [mine ?? []] };
  await expect(requireOwnAnswers([onlyOne], questions)).rejects.toThrow('without looking who asks');
  const anonymousClients = { ...oneProcess, headers: [['content-type', 'application/json']] };
  await expect(requireSameAnswers([anonymousClients], questions, [0])).rejects.toThrow('does not answer');
  await requireIdentity(oneProcess, readQuestion('one-field'));
  await expect(requireIdentity(floor, readQuestion('one-field'))).rejects.toThrow(
    'a token that it never gave',
  );
});

interface Money {
  amount: string;
}

interface Purchase {
  total: Money;
  lines: { quantity: number; product: { price: Money } }[];
  payment: { status: string; amount: Money };
}

function cents({ amount }: Money): number {
  return Math.round(Number(amount) * 100);
}
