// The layers that protect a graph are shown to work: each deliberate defect of a subgraph is reported by the layers that are
// there for it, and a copy without a defect, or with a harmless change, by none.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { composeVersion } from '../../checks/schema/graph-version.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { accessDefects, entityDefects } from './mutants/answer-defects.ts';
import { EmptyDatabases } from './mutants/empty-databases.ts';
import { fieldDefects, harmlessCode } from './mutants/field-defects.ts';
import { drawContracts, type Report, reportOf } from './mutants/layers.ts';
import { layers, type Mutant } from './mutants/mutant.ts';
import { copyWith, prepare } from './mutants/project-copy.ts';
import { harmlessSchemas, schemaDefects } from './mutants/schema-defects.ts';
import { tableOf } from './mutants/table.ts';

const defects = [...schemaDefects, ...entityDefects, ...accessDefects, ...fieldDefects];
const harmless = [...harmlessSchemas, ...harmlessCode];
const unchanged = [...readSupergraphMap().subgraphs.map(({ name }) => name), 'shipping'].map(
  (subgraph): Mutant => ({ defect: 'a subgraph as it is', subgraph, patches: [], caughtBy: [] }),
);
const all = [...defects, ...harmless, ...unchanged];

const folder = temporaryFolder();
const databases = new EmptyDatabases(inject('adminUrl'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await databases.close();
});
const reports = new Map<Mutant, Report>();

beforeAll(async () => {
  prepare(folder);
  const base = copyWith(folder, 'base', '', []);
  const composed = composeVersion(base.version);
  expect(composed.problems).toEqual([]);
  expect(drawContracts(base, composed.supergraphSdl ?? '')).toBe(true);
  const queue = [...all.entries()];
  const work = async (dataDir: string) => {
    // Two payments at once may not share the journal of their sandbox provider.
    mkdirSync(dataDir);
    const where = { databases, dataDir, base: base.version, composed, contracts: base.contracts };
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, mutant] = next;
      const changed = copyWith(folder, String(index), mutant.subgraph, mutant.patches);
      reports.set(mutant, await reportOf(mutant.subgraph, changed, where));
    }
  };
  // One mutant waits for PostgreSQL while the other computes.
  await Promise.all([work(join(folder, 'data')), work(join(folder, 'more data'))]);
}, 240_000);

const saidOf = (mutant: Mutant) => reports.get(mutant) as Report;

test.each(defects.map((mutant) => [mutant.defect, mutant] as const))(
  'the layers that are there for it report %s',
  (_defect, mutant) => {
    const report = saidOf(mutant);
    const caughtBy = layers.filter((layer) => report[layer].length > 0);
    expect(caughtBy, JSON.stringify(report)).toEqual(mutant.caughtBy);
    // A report that only says "may surprise" fails no build.
    expect(layers.flatMap((layer) => report[layer]).some((said) => !said.startsWith('may surprise'))).toBe(
      true,
    );
  },
);

test.each([...harmless, ...unchanged].map((mutant) => [mutant.defect, mutant.subgraph, mutant] as const))(
  'no layer reports %s (%s)',
  (_defect, _subgraph, mutant) => {
    expect(saidOf(mutant)).toEqual({ composition: [], 'schema check': [], 'provider contract': [] });
  },
);

test('docs/contracts.md has the current table of mutants: update it with "npx vitest run test/checks/mutants.test.ts --update"', async () => {
  const document = resolve('docs/contracts.md');
  const text = readFileSync(document, 'utf8');
  const between = /(?<=<!-- mutants -->\n\n)[\s\S]*?(?=\n<!-- end of mutants -->)/;
  expect(text).toMatch(between);
  const table = tableOf([...defects, ...harmless], reports);
  await expect(text.replace(between, () => table)).toMatchFileSnapshot(document);
});
