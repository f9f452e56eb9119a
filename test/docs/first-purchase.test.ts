// The first purchase of the README, sent to a running graph with demo data as the README says, answers what stands there.
import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { createRemembered } from '../../console/remembered.ts';
import { prepareDemo } from '../../local/graph/demo.ts';
import { firstPurchase, testCards } from '../../local/graph/first-purchase.ts';
import { formatSummary } from '../../local/graph/summary.ts';
import { openWorld } from '../support/world.ts';
import { findExamples } from './content-rules.ts';
import { parseMarkdown, readText } from './markdown.ts';

const world = openWorld('one process', 'databases');
const examples = findExamples(parseMarkdown('README.md', readText('README.md')));

test('sign in, buy, look and refund answer what the README shows', async () => {
  await prepareDemo({ gateway: { url: world.url() }, subgraphs: world.subgraphs() });
  expect(examples.map(({ operation }) => /\w+ (\w+)/.exec(operation)?.[1])).toEqual([
    'SignIn',
    'Buy',
    'Look',
    'Refund',
  ]);
  const remembered = createRemembered(firstPurchase.remember ?? []);
  for (const { operation, answer } of examples) {
    const token = remembered.get('token');
    const session = token === undefined ? undefined : { token, accountId: '' };
    const { status, ...reply } = await world.graphql(remembered.fill(operation), {}, session);
    expect(status).toBe(200);
    expect(reply).toEqual(withAnyText(answer));
    remembered.takeFrom(reply.data);
  }
});

test('the tabs of GraphiQL are the operations of the README, after one that only looks around', () => {
  const format = (operation: string) => print(parse(operation));
  expect(firstPurchase.tabs.slice(1).map(format)).toEqual(examples.map(({ operation }) => format(operation)));
});

test.each([
  ['tok_decline', 'PAYMENT_DECLINED'],
  ['tok_error', 'UNAVAILABLE'],
  ['tok_flaky', null],
  ['tok_lapse', 'PAYMENT_LAPSED'],
])('the card %s leads to what the schema says of it', async (card, cancelReason) => {
  const staff = await world.staff();
  const [, buy = ''] = examples.map(({ operation }) => operation);
  const operation = buy
    .replace('tok_approve', card)
    .replace('my first purchase', card)
    .replace('status', 'status cancelReason');
  const { purchase } = await world.data(operation, {}, staff);
  const status = cancelReason === null ? 'COMPLETED' : 'CANCELLED';
  expect(purchase).toMatchObject({ status, cancelReason });
});

test('the cards are named wherever a newcomer looks: in the schema, the README and the output of npm start', () => {
  const tokens = testCards.map(({ token }) => token);
  const named = (path: string) => [...new Set(readText(path).match(/\btok_\w+/g) ?? [])].toSorted();
  for (const path of [
    'subgraphs/payments/sandbox/test-card.ts',
    'subgraphs/purchases/schema.graphql',
    'README.md',
  ])
    expect(named(path), path).toEqual(tokens.toSorted());
  const graph = {
    url: 'http://127.0.0.1:4000/graphql',
    urls: new Map(),
    operatorToken: undefined,
    isProduction: false,
  };
  const summary = formatSummary({ ...graph, token: 'abc' });
  for (const token of tokens) expect(summary).toContain(token);
  expect(formatSummary({ ...graph, token: undefined })).not.toContain('tok_');
});

test('an answer that is other than shown does not pass', () => {
  const shown = { data: { purchase: { status: 'COMPLETED', token: 'abc…' } } };
  expect({ data: { purchase: { status: 'COMPLETED', token: 'xyz' } } }).toEqual(withAnyText(shown));
  expect({ data: { purchase: { status: 'CANCELLED', token: 'xyz' } } }).not.toEqual(withAnyText(shown));
  expect({ data: { purchase: { status: 'COMPLETED' } } }).not.toEqual(withAnyText(shown));
});

/** A text that is cut off with "…", such as a token, is another one each time. */
function withAnyText(answer: unknown): unknown {
  if (typeof answer === 'string') return answer.endsWith('…') ? expect.any(String) : answer;
  if (Array.isArray(answer)) return answer.map(withAnyText);
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, withAnyText(value)]));
}
