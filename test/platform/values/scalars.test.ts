import { execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';

const schema = buildExecutableSchema(
  `scalar Decimal scalar Currency scalar DateTime
   type Query { decimal(of: Decimal!): Decimal currency(of: Currency!): Currency time(of: DateTime!): DateTime say(text: String): Decimal }`,
  {
    Query: {
      decimal: (_root: unknown, { of }: { of: unknown }) => of,
      currency: (_root: unknown, { of }: { of: unknown }) => of,
      time: (_root: unknown, { of }: { of: unknown }) => of,
      say: (_root: unknown, { text }: { text: unknown }) => text,
    },
  },
);

async function run(source: string, variableValues: Record<string, unknown> = {}) {
  return execute({ schema, document: parse(source), variableValues, contextValue: {} });
}

test.each(['0', '12.50', '-0.001', '999999999999.999'])(
  'accepts %s as a Decimal and returns it unchanged',
  async (of) => {
    expect((await run(`{ decimal(of: "${of}") }`)).data).toEqual({ decimal: of });
    expect((await run('query ($of: Decimal!) { decimal(of: $of) }', { of })).data).toEqual({ decimal: of });
  },
);

test.each(['', '1e21', '1.0000', '1000000000000', '01', ' 1', 'NaN', '٣'])(
  'refuses the text %j as a Decimal',
  async (of) => {
    const { errors } = await run('query ($of: Decimal!) { decimal(of: $of) }', { of });
    expect(errors?.[0]?.message).toContain('Decimal must be decimal text');
  },
);

test.each([12.5, 12, true, null, ['1'], { amount: '1' }])(
  'refuses %j as a Decimal: it is no text',
  async (of) => {
    expect((await run('query ($of: Decimal!) { decimal(of: $of) }', { of })).errors).toHaveLength(1);
  },
);

test('refuses a number literal as a Decimal, because its digits may be lost already', async () => {
  expect((await run('{ decimal(of: 12.50) }')).errors).toHaveLength(1);
  expect((await run('{ decimal(of: 12) }')).errors).toHaveLength(1);
});

test('never returns a Decimal that it would not accept', async () => {
  expect(await run('{ say(text: "1e21") }')).toMatchObject({
    data: { say: null },
    errors: [{ path: ['say'] }],
  });
});

test('accepts the currencies that money.ts knows, in capital letters only', async () => {
  expect((await run('{ currency(of: "EUR") }')).data).toEqual({ currency: 'EUR' });
  for (const text of ['eur', 'XXX', '', 'toString', '__proto__']) {
    const { errors } = await run('query ($of: Currency!) { currency(of: $of) }', { of: text });
    expect(errors?.[0]?.message, text).toContain('Currency must be a supported ISO 4217 code');
  }
});

test('returns a DateTime as ISO 8601 text in UTC with milliseconds, the same in memory as over HTTP', async () => {
  const { data } = await run('{ time(of: "2026-01-31T10:30:00+01:00") }');
  expect(data).toEqual({ time: '2026-01-31T09:30:00.000Z' });
});

test.each(['2026-01-31', 'tomorrow', '2026-02-30T00:00:00Z', ''])(
  'refuses %j as a point in time',
  async (of) => {
    expect((await run('query ($of: DateTime!) { time(of: $of) }', { of })).errors).toHaveLength(1);
  },
);
