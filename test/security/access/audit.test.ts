// Each mutation that staff may run leaves a line, in every subgraph of supergraph.yaml. The SDL says which they are, so that a new one
// is among them.
import { type GraphQLField, valueFromASTUntyped } from 'graphql';
import { expect, test } from 'vitest';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { openLog } from '../../../platform/process/log.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import { readSchema, readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../../subgraphs/load.ts';
import { customer } from '../../support/viewers.ts';

const map = readSupergraphMap();

/** What is refused needs no database, so that each mutation can run here. */
async function listAuditedActs(name: string): Promise<{ declared: string[]; written: unknown[] }> {
  const entry = map.subgraphs.find((one) => one.name === name) ?? map.subgraphs[0];
  if (entry === undefined) throw new Error('supergraph.yaml has no subgraphs');
  const { resolvers } = await loadSubgraph(entry);
  const lines: string[] = [];
  const log = openLog(readEnvironment({ LOG_LEVEL: 'error' }), name, { write: (line) => lines.push(line) });
  const mutations = buildExecutableSchema(readSchema(map, entry), resolvers).getMutationType()?.getFields();
  const declared = Object.values(mutations ?? {}).filter((field) => readRules(field).includes('staff'));
  const context = { viewer: customer(), log, traceId: '0'.repeat(32) };
  for (const field of Object.values(mutations ?? {}).filter((one) => readRules(one).length > 0)) {
    // A customer is let into what is for all accounts: only the others end before their resolver.
    if (readRules(field).includes('account')) continue;
    await expect((async () => field.resolve?.(undefined, {}, context, {} as never))()).rejects.toThrow();
  }
  const written = lines.map((line) => JSON.parse(line)).filter(({ audit }) => audit === true);
  return {
    declared: declared.map(({ name: act }) => act),
    written: written.map(({ act, outcome }) => `${act} ${outcome}`),
  };
}

function readRules(field: GraphQLField<unknown, unknown>): readonly string[] {
  const directive = field.astNode?.directives?.find(({ name }) => name.value === 'auth');
  const allow = directive?.arguments?.[0]?.value;
  return allow === undefined ? [] : [valueFromASTUntyped(allow)].flat().map(String);
}

test.each(map.subgraphs.map(({ name }) => name))(
  '%s: each mutation that staff may run, and no other',
  async (name) => {
    const { declared, written } = await listAuditedActs(name);
    expect(written).toEqual(declared.map((act) => `${act} FORBIDDEN`));
  },
);

test('the graph has such mutations', async () => {
  const all = await Promise.all(map.subgraphs.map(({ name }) => listAuditedActs(name)));
  expect(all.flatMap(({ declared }) => declared)).toEqual(
    expect.arrayContaining([
      'changeRoles',
      'createProduct',
      'changePrice',
      'restock',
      'discontinue',
      'refundPayment',
    ]),
  );
});
