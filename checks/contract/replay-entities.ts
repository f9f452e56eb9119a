// Replays an `_entities` fetch in all the ways in which a gateway may send it: in another order, with duplicates, with unknown
// and malformed keys between the known ones, and as another viewer. Only its position tells which entity a result is.
import { isDeepStrictEqual } from 'node:util';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Interaction } from './contract.ts';
import { findDifferences } from './expected-values.ts';
import type { EntityFixture } from './fixture.ts';
import { buildRepresentation, findTypeConditions, type Representation } from './representation.ts';
import { findCodeProblems, findResponseProblems, type Replay } from './response-problems.ts';

/** A subgraph receives such keys when a caller forges a request of the gateway, or when another subgraph has a bug. */
const malformedIds: readonly Representation[] = [
  {},
  { id: null },
  { id: '' },
  { id: 7.5 },
  { id: [] },
  { id: { ne: '' } },
  { id: '\u0000' },
  { id: 'x'.repeat(10_000) },
];

export async function replayEntities(run: Replay, interaction: Interaction, requires: string): Promise<void> {
  for (const type of findTypeConditions(requires)) {
    const fixture = run.fixture.entities[type];
    if (fixture === undefined)
      run.note(interaction, 'as recorded', [`the fixture has no entities of type ${type}`]);
    else await replayType(run, interaction, { type, requires, fixture });
  }
}

interface EntityFetch {
  type: string;
  requires: string;
  fixture: EntityFixture;
}

async function replayType(
  run: Replay,
  interaction: Interaction,
  { type, requires, fixture }: EntityFetch,
): Promise<void> {
  const problems: string[] = [];
  const sent = (list: 'known' | 'unknown') =>
    fixture[list].map((one, index) => {
      const { sent: representation, missing } = buildRepresentation(requires, type, one, run.schema);
      const place = `${type}.${list}.${index}`;
      problems.push(
        ...missing.map((path) => `the fixture's ${place} has no ${path}, which the gateway sends`),
      );
      return representation;
    });
  const as = { ...fixture, known: sent('known'), unknown: sent('unknown') };
  run.note(interaction, 'as recorded', problems);
  if (problems.length === 0) await new EntityReplay(run, interaction, type, as).run();
}

/** The fixture, reduced to the fields that this fetch sends. */
type SentFixture = EntityFixture & { known: Representation[]; unknown: Representation[] };

class EntityReplay {
  readonly #run: Replay;
  readonly #interaction: Interaction;
  readonly #type: string;
  readonly #fixture: SentFixture;

  constructor(run: Replay, interaction: Interaction, type: string, fixture: SentFixture) {
    this.#run = run;
    this.#interaction = interaction;
    this.#type = type;
    this.#fixture = fixture;
  }

  async run(): Promise<void> {
    const { known, unknown, malformed } = this.#fixture;
    const recorded = await this.#askAsRecorded(known);
    if (recorded === undefined) return;
    const order = known.map((_, index) => (index + 1) % known.length).toReversed();
    await this.#compare(
      'shuffled',
      order.map((index) => known[index]),
      order.map((index) => recorded[index]),
    );
    await this.#compare('duplicated', [...known, ...known], [...recorded, ...recorded]);
    await this.#compareAmong('with unknown keys among them', known, recorded, unknown);
    await this.#compareAmong('with malformed keys among them', known, recorded, [
      ...malformedIds,
      ...malformed,
    ]);
    for (const viewer of this.#fixture.hiddenFrom) await this.#checkHidden(viewer);
    await this.#countStatements();
  }

  async #askAsRecorded(known: readonly Representation[]): Promise<unknown[] | undefined> {
    const check = 'as recorded';
    const response = await this.#ask(this.#fixture.as, known);
    this.#note(
      check,
      (response.errors ?? []).map(({ message }) => `an error: ${message}`),
    );
    const entities = this.#readEntities(check, response, known);
    if (entities === undefined) return undefined;
    const lost = entities.flatMap((entity, index) => (entity === null ? [index] : []));
    this.#note(
      check,
      lost.map((index) => `_entities.${index}: is null, and the fixture says that it exists`),
    );
    for (const [key, values] of Object.entries(this.#fixture.expected)) {
      for (const [index, entity] of entities.entries()) {
        const value = (entity as Record<string, unknown> | null)?.[key];
        // Another fetch may select a field that this one does not.
        if (value !== undefined)
          this.#note(check, findDifferences(value, values[index], `_entities.${index}.${key}`));
      }
    }
    return entities;
  }

  async #compare(
    check: string,
    representations: readonly (Representation | undefined)[],
    expected: readonly unknown[],
  ): Promise<void> {
    const sent = representations.map((one) => one ?? {});
    const entities = this.#readEntities(check, await this.#ask(this.#fixture.as, sent), sent);
    for (const [index, entity] of (entities ?? []).entries())
      if (!isDeepStrictEqual(entity, expected[index]))
        this.#note(check, [`_entities.${index}: is not the entity that was requested at this position`]);
  }

  /** Other keys between the known ones: each result is null or an error of its own, and the known entities do not change. */
  async #compareAmong(
    check: string,
    known: readonly Representation[],
    recorded: readonly unknown[],
    others: readonly Representation[],
  ): Promise<void> {
    const sent = [...others.slice(0, 1), ...known.slice(0, 1), ...others.slice(1), ...known.slice(1)];
    const knownIndexes = sent.map((one) => known.indexOf(one));
    const response = await this.#ask(this.#fixture.as, sent);
    const entities = this.#readEntities(check, response, sent);
    for (const [index, entity] of (entities ?? []).entries()) {
      const knownIndex = knownIndexes[index] ?? -1;
      const mayAnswer = this.#fixture.isStub && this.#fixture.unknown.includes(sent[index] ?? {});
      if (knownIndex < 0 && !mayAnswer && !isEmpty(entity))
        this.#note(check, [`_entities.${index}: answers ${JSON.stringify(sent[index]).slice(0, 60)}`]);
      if (knownIndex >= 0 && !isDeepStrictEqual(entity, recorded[knownIndex]))
        this.#note(check, [`_entities.${index}: differs from the response without those keys`]);
    }
  }

  async #checkHidden(viewer: string): Promise<void> {
    const { known, unknown } = this.#fixture;
    const check = `as ${viewer}`;
    const entities = this.#readEntities(check, await this.#ask(viewer, known), known) ?? [];
    const nothing = this.#readEntities(check, await this.#ask(viewer, unknown), unknown) ?? [];
    for (const [index, entity] of entities.entries())
      if (!isEmpty(entity) && !isDeepStrictEqual(entity, nothing[0]))
        this.#note(check, [`_entities.${index}: is shown to a viewer who may not see it`]);
  }

  /** The number of statements does not grow with the number of entities. */
  async #countStatements(): Promise<void> {
    const { statements } = this.#run.endpoint;
    if (statements === undefined || this.#interaction.kind !== 'query') return;
    const countStatements = async (known: readonly Representation[]): Promise<number> => {
      const before = statements();
      await this.#ask(this.#fixture.as, known);
      return statements() - before;
    };
    const { known } = this.#fixture;
    const [one, all] = [await countStatements(known.slice(0, 1)), await countStatements(known)];
    if (all > one)
      this.#note('statements', [`${all} SQL statements for ${known.length} entities, ${one} for one`]);
  }

  #ask(viewer: string, representations: readonly Representation[]): Promise<SubgraphResponse> {
    const { text, name } = this.#interaction;
    const variables = {
      ...this.#interaction.variables,
      representations: representations.map((one) => ({ __typename: this.#type, ...one })),
    };
    return this.#run.endpoint.ask(viewer, { query: text, operationName: name || undefined, variables });
  }

  /** The list of entities; undefined when the response has no such list. Notes every problem of the response. */
  #readEntities(check: string, response: SubgraphResponse, sent: readonly unknown[]): unknown[] | undefined {
    const variables = this.#interaction.variables;
    const entityTypes = sent.map(() => this.#type);
    this.#note(
      check,
      findResponseProblems(this.#run, this.#interaction, { variables, entityTypes }, response),
    );
    const entities = response.data?._entities;
    if (Array.isArray(entities) && entities.length === sent.length) return entities;
    if (response.data === undefined || response.data === null)
      this.#note(check, ['answers no data', ...findCodeProblems(response, this.#run.fixture)]);
    return undefined;
  }

  #note(check: string, problems: readonly string[]): void {
    this.#run.note(this.#interaction, check, problems);
  }
}

/** Null, or an object whose only value is its type. */
function isEmpty(entity: unknown): boolean {
  if (entity === null) return true;
  const values = Object.entries(entity as object).filter(([key]) => key !== '__typename');
  return values.every(([, value]) => value === null);
}
