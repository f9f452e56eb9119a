import { execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { anonymous, expired, unknown, type Viewer } from '../../../platform/identity/viewer.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { customer, service, staff } from '../../support/viewers.ts';

const directive = 'directive @auth(allow: [String!]!) on FIELD_DEFINITION';

function schemaWith(rule: string) {
  return buildExecutableSchema(`${directive} type Query { secret: String ${rule} }`, {
    Query: { secret: () => 'visible' },
  });
}

async function ask(rule: string, viewer: Viewer): Promise<unknown> {
  const answer = await execute({
    schema: schemaWith(rule),
    document: parse('{ secret }'),
    contextValue: { viewer },
  });
  const refusal = answer.errors?.[0]?.originalError as { code?: string } | undefined;
  return refusal?.code ?? answer.data?.secret;
}

const viewers = {
  anonymous,
  customer: customer(),
  staff: staff(),
  gateway: service('gateway'),
  purchases: service('purchases'),
};

const table: [string, Record<keyof typeof viewers, string>][] = [
  [
    '@auth(allow: ["account"])',
    {
      anonymous: 'UNAUTHENTICATED',
      customer: 'visible',
      staff: 'visible',
      gateway: 'FORBIDDEN',
      purchases: 'FORBIDDEN',
    },
  ],
  [
    '@auth(allow: ["staff"])',
    {
      anonymous: 'UNAUTHENTICATED',
      customer: 'FORBIDDEN',
      staff: 'visible',
      gateway: 'FORBIDDEN',
      purchases: 'FORBIDDEN',
    },
  ],
  [
    '@auth(allow: ["service:gateway"])',
    {
      anonymous: 'UNAUTHENTICATED',
      customer: 'FORBIDDEN',
      staff: 'FORBIDDEN',
      gateway: 'visible',
      purchases: 'FORBIDDEN',
    },
  ],
  [
    '@auth(allow: ["staff", "service:purchases"])',
    {
      anonymous: 'UNAUTHENTICATED',
      customer: 'FORBIDDEN',
      staff: 'visible',
      gateway: 'FORBIDDEN',
      purchases: 'visible',
    },
  ],
  [
    '@auth(allow: "account")',
    {
      anonymous: 'UNAUTHENTICATED',
      customer: 'visible',
      staff: 'visible',
      gateway: 'FORBIDDEN',
      purchases: 'FORBIDDEN',
    },
  ],
  [
    '@auth(allow: [])',
    {
      anonymous: 'UNAUTHENTICATED',
      customer: 'FORBIDDEN',
      staff: 'FORBIDDEN',
      gateway: 'FORBIDDEN',
      purchases: 'FORBIDDEN',
    },
  ],
  [
    '',
    { anonymous: 'visible', customer: 'visible', staff: 'visible', gateway: 'visible', purchases: 'visible' },
  ],
];

test.each(table)('allows or refuses every kind of viewer for a field with "%s"', async (rule, expected) => {
  for (const [who, viewer] of Object.entries(viewers)) {
    expect(await ask(rule, viewer), who).toBe(expected[who as keyof typeof viewers]);
  }
});

test('guards fields of any type, and fields without a resolver of their own', async () => {
  const schema = buildExecutableSchema(
    `${directive} type Query { card: Card } type Card { pin: Int @auth(allow: ["staff"]) }`,
    {
      Query: { card: () => ({ pin: 1234 }) },
    },
  );
  const ask = (viewer: Viewer) =>
    execute({ schema, document: parse('{ card { pin } }'), contextValue: { viewer } });
  expect((await ask(staff())).data).toEqual({ card: { pin: 1234 } });
  expect((await ask(customer())).data).toEqual({ card: { pin: null } });
});

test.each(['"acount"', '"Staff"', '"service:"', '"service:Gateway"', '"service"', '"account "', '""'])(
  'refuses the misspelt rule %s at the start, and names the field',
  (entry) => {
    expect(() => schemaWith(`@auth(allow: [${entry}])`)).toThrow(
      `Query.secret: @auth(allow:) takes "account", "staff" or "service:<name>", not ${entry}`,
    );
  },
);

test.each(table.filter(([rule]) => rule !== ''))(
  'a caller whose session token could not be checked is told so under %s',
  async (rule) => {
    expect(await ask(rule, unknown)).toBe('SUBGRAPH_UNAVAILABLE');
    expect(await ask(rule, expired), 'and one whose session has ended').toBe('UNAUTHENTICATED');
  },
);
