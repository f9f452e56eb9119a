// The check of SQL statements, on real databases: what agrees is silent, and each kind of disagreement is found and named.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { checkStatements } from '../../../checks/sql/check.ts';
import { locatePlatformStatements } from '../../../checks/sql/platform-statements.ts';
import {
  array,
  bigint,
  boolean,
  type Columns,
  integer,
  nullable,
  numeric,
  text,
  uuid,
} from '../../../platform/database/column.ts';
import type { LocatedStatement } from '../../../platform/database/declared-statements.ts';
import { changeStatement, type DeclaredStatement, statement } from '../../../platform/database/statement.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { findEntry, loadStatements, loadSubgraph } from '../../../subgraphs/load.ts';
import { cloneDatabase, query } from '../../support/databases.ts';
import { required } from '../../support/required.ts';

const databases = new Map<string, Awaited<ReturnType<typeof cloneDatabase>>>();
const names = readSupergraphMap().subgraphs.map(({ name }) => name);
beforeAll(async () => {
  for (const name of names) databases.set(name, await cloneDatabase({ adminUrl: inject('adminUrl'), name }));
});
afterAll(async () => {
  for (const { drop } of databases.values()) await drop();
});

const urlsOf = (name: string) => required(databases.get(name), `${name} has a database`).urls;
const load = (name: string) => loadStatements(findEntry(readSupergraphMap(), name));

/** Problems of one statement on the database of payments. */
async function problemsOf(declared: DeclaredStatement): Promise<string[]> {
  const located: LocatedStatement = { file: 'payment.ts', name: 'mutant', declared };
  const findings = await checkStatements('payments', urlsOf('payments').runtime, [located]);
  expect(findings.map((finding) => finding.statement)).toEqual(findings.map(() => 'payment.ts, mutant'));
  return findings.map(({ problem }) => problem);
}

describe.each(names)('%s', (name) => {
  test('sends only statements that agree with its database', async () => {
    const definition = await loadSubgraph(findEntry(readSupergraphMap(), name));
    const [own, platform] = [await load(name), locatePlatformStatements(definition)];
    expect(own.length).toBeGreaterThan(0);
    expect(platform.length).toBeGreaterThan(0);
    const isFollowing = platform.some((located) => located.name.startsWith('buildFollowerStatements.'));
    expect(isFollowing).toBe(definition.followers !== undefined);
    expect(await checkStatements(name, urlsOf(name).runtime, [...own, ...platform])).toEqual([]);
  });
});

test('the catalogue is checked with every set of its conditions, from both ends', async () => {
  const forms = (await load('products')).filter(({ name }) => name.startsWith('productsOnSaleStatements['));
  expect(new Set(forms.map(({ declared }) => declared.text)).size).toBe(32);
  expect(forms.at(-1)?.declared.params.map(({ type }) => type)).toEqual([
    'uuid',
    'uuid',
    'bigint',
    'text',
    'text',
    'boolean',
    'uuid[]',
  ]);
});

const wholeRow = { id: uuid(), provider_id: nullable(text()), amount: numeric() };
const base = {
  text: 'SELECT id, provider_id, amount FROM payments.payment WHERE id = ANY($1) LIMIT $2',
  params: [array(uuid()), bigint()],
  row: wholeRow,
};
const withRow = (row: Columns) => statement({ ...base, row });

describe('a statement of which', () => {
  test('nothing is wrong has no problem', async () => {
    expect(await problemsOf(statement(base))).toEqual([]);
  });

  test('the code renames a column', async () => {
    const { amount, ...others } = wholeRow;
    expect(await problemsOf(withRow({ ...others, sum: amount }))).toEqual([
      'column sum: expected numeric, never null, found no such column',
      'column amount: expected no such column, found numeric, never null (payment.amount)',
    ]);
  });

  test('the code takes a column for another type', async () => {
    expect(await problemsOf(withRow({ ...wholeRow, amount: integer() }))).toEqual([
      'column amount: expected integer, never null, found numeric, never null (payment.amount)',
    ]);
  });

  test('the text leaves a column out', async () => {
    const shorter = base.text.replace('provider_id, ', '');
    expect(await problemsOf(statement({ ...base, text: shorter }))).toEqual([
      'column provider_id: expected text or null, found no such column',
    ]);
  });

  test('the code reads a nullable column as certain', async () => {
    expect(await problemsOf(withRow({ ...wholeRow, provider_id: text() }))).toEqual([
      'column provider_id: expected text, never null, found text or null (payment.provider_id)',
    ]);
  });

  test('the code sends a parameter of another type, one too few or one too many', async () => {
    const [ids, limit] = base.params;
    const sent = (...params: DeclaredStatement['params']) => problemsOf(statement({ ...base, params }));
    expect(await sent(array(text()), required(limit, 'a limit'))).toEqual([
      'parameter $1: expected text[], found uuid[]',
    ]);
    expect(await sent(required(ids, 'ids'))).toEqual([
      'parameter $2: expected no such parameter, found bigint',
    ]);
    expect(await sent(...base.params, text())).toEqual([
      'parameter $3: expected text, found no such parameter',
    ]);
  });

  test.each([
    ['does not parse', 'SELEC 1', /syntax error at or near "SELEC"/],
    ['names a column that is not there', base.text.replace('amount', 'sum'), /column "sum" does not exist/],
    [
      'names a table that is not there',
      base.text.replace('payment ', 'paymnt '),
      /"payments.paymnt" does not exist/,
    ],
    [
      'the role may not send',
      'UPDATE payments.posting SET amount = 1',
      /permission denied for table posting/,
    ],
  ])('the text %s', async (_what, wrong, says) => {
    expect(await problemsOf(statement({ ...base, text: wrong }))).toEqual([
      expect.stringMatching(new RegExp(`^PostgreSQL refuses it: .*${says.source}`)),
    ]);
  });

  test('two columns have one name, of which JavaScript would see the last', async () => {
    const twice = base.text.replace('amount', 'amount, refunded AS amount');
    expect(await problemsOf(statement({ ...base, text: twice }))).toEqual([
      'column amount: expected numeric, never null, found 2 columns of this name',
    ]);
  });

  test('the answer has another form than the code reads', async () => {
    const touch = 'UPDATE payments.payment SET updated_at = now()';
    const withPart = `WITH touched AS (${touch} RETURNING id) SELECT id FROM touched`;
    const row = { id: uuid() };
    expect(await problemsOf(changeStatement({ text: `${touch} RETURNING id`, row }))).toEqual([]);
    expect(await problemsOf(statement({ text: withPart, row }))).toEqual([]);
    expect(await problemsOf(statement({ text: touch }))).toEqual([
      'expected rows only, found an UPDATE or DELETE: declare it with changeStatement',
    ]);
    expect(await problemsOf(changeStatement({ text: withPart, row }))).toEqual([
      'expected an UPDATE or DELETE, found a statement that answers rows only: declare it with statement',
    ]);
  });
});

test('an outer join and an expression may be read as null or as certain: PostgreSQL does not know', async () => {
  const joined =
    'SELECT r.reason, p.amount > 0 AS paid FROM payments.payment p LEFT JOIN payments.refund r ON true';
  expect(await problemsOf(statement({ text: joined, row: { reason: text(), paid: boolean() } }))).toEqual([]);
  const nulls = { reason: nullable(text()), paid: nullable(boolean()) };
  expect(await problemsOf(statement({ text: joined, row: nulls }))).toEqual([]);
});

describe('a migration that the code does not follow is found in each statement that it touches', () => {
  const findingsAfter = async (change: string) => {
    const clone = await cloneDatabase({ adminUrl: inject('adminUrl'), name: 'accounts' });
    try {
      await query(clone.urls.owner, change);
      return (await checkStatements('accounts', clone.urls.runtime, await load('accounts'))).map(
        ({ statement: where, problem }) => `${where}: ${problem}`,
      );
    } finally {
      await clone.drop();
    }
  };
  const session = 'subgraphs/accounts/session.ts, openSessionsStatement';

  test('a column has another name', async () => {
    const findings = await findingsAfter('ALTER TABLE accounts.session RENAME created_at TO begun_at');
    expect(findings).toContain(
      `${session}: column created_at: expected timestamp with time zone, never null, found no such column`,
    );
  });

  test('a column has another type', async () => {
    const findings = await findingsAfter('ALTER TABLE accounts.session ALTER created_at TYPE date');
    expect(findings).toContain(
      `${session}: column created_at: expected timestamp with time zone, never null, found date, never null (session.created_at)`,
    );
  });

  test('a column may be null now', async () => {
    const findings = await findingsAfter('ALTER TABLE accounts.session ALTER created_at DROP NOT NULL');
    expect(findings).toEqual([
      `subgraphs/accounts/create-session.ts, insertSessionStatement: column created_at: expected timestamp with time zone, never null, found timestamp with time zone or null (session.created_at)`,
      `${session}: column created_at: expected timestamp with time zone, never null, found timestamp with time zone or null (session.created_at)`,
    ]);
  });

  test('a column is new', async () => {
    const findings = await findingsAfter('ALTER TABLE accounts.session ADD device text');
    expect(findings).toContain(
      `${session}: column device: expected no such column, found text or null (session.device)`,
    );
  });

  test('nothing is found where it makes no difference', async () => {
    expect(await findingsAfter('CREATE INDEX other ON accounts.session (created_at)')).toEqual([]);
  });
});
