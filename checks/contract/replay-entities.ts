// An `_entities` fetch in all the ways in which a gateway may send it: in any order, the same key twice, keys that stand
// for nothing or are no keys among the good ones, for another viewer. Entities are told apart by their place alone.
import { isDeepStrictEqual } from 'node:util';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Interaction } from './contract.ts';
import { differences } from './expected-values.ts';
import type { EntityFixture } from './fixture.ts';
import { type Representation, represent, typesIn } from './representation.ts';
import { answerProblems, codeProblems, type Replay } from './response-problems.ts';

/** Reaches a subgraph when a client forges what the gateway sends, or another subgraph is wrong. */
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
  for (const type of typesIn(requires)) {
    const fixture = run.fixture.entities[type];
    if (fixture === undefined)
      run.note(interaction, 'as recorded', [`the fixture has no entities of type ${type}`]);
    else await replayType(run, interaction, { type, requires, fixture });
  }
}

interface Asked {
  type: string;
  requires: string;
  fixture: EntityFixture;
}

async function replayType(
  run: Replay,
  interaction: Interaction,
  { type, requires, fixture }: Asked,
): Promise<void> {
  const problems: string[] = [];
  const sent = (list: 'known' | 'unknown') =>
    fixture[list].map((one, index) => {
      const { sent: representation, missing } = represent(requires, type, one, run.schema);
      const place = `${type}.${list}.${index}`;
      problems.push(...missing.map((path) => `the fixture's ${place} has no ${path}, which is sent`));
      return representation;
    });
  const as = { ...fixture, known: sent('known'), unknown: sent('unknown') };
  run.note(interaction, 'as recorded', problems);
  if (problems.length === 0) await new EntityReplay(run, interaction, type, as).all();
}

/** A fixture of which nothing is known but what this fetch sends. */
type Sent = EntityFixture & { known: Representation[]; unknown: Representation[] };

class EntityReplay {
  readonly #run: Replay;
  readonly #interaction: Interaction;
  readonly #type: string;
  readonly #fixture: Sent;

  constructor(run: Replay, interaction: Interaction, type: string, fixture: Sent) {
    this.#run = run;
    this.#interaction = interaction;
    this.#type = type;
    this.#fixture = fixture;
  }

  async all(): Promise<void> {
    const { known, unknown, malformed } = this.#fixture;
    const recorded = await this.#asRecorded(known);
    if (recorded === undefined) return;
    const order = known.map((_, index) => (index + 1) % known.length).toReversed();
    await this.#compare(
      'shuffled',
      order.map((index) => known[index]),
      order.map((index) => recorded[index]),
    );
    await this.#compare('duplicated', [...known, ...known], [...recorded, ...recorded]);
    await this.#among('with unknown keys among them', known, recorded, unknown);
    await this.#among('with malformed keys among them', known, recorded, [...malformedIds, ...malformed]);
    for (const viewer of this.#fixture.hiddenFrom) await this.#hiddenFrom(viewer);
    await this.#statements();
  }

  async #asRecorded(known: readonly Representation[]): Promise<unknown[] | undefined> {
    const check = 'as recorded';
    const answer = await this.#ask(this.#fixture.as, known);
    this.#note(
      check,
      (answer.errors ?? []).map(({ message }) => `an error: ${message}`),
    );
    const entities = this.#entitiesIn(check, answer, known);
    if (entities === undefined) return undefined;
    const lost = entities.flatMap((entity, index) => (entity === null ? [index] : []));
    this.#note(
      check,
      lost.map((index) => `_entities.${index}: is null, and the fixture says that it is there`),
    );
    for (const [key, values] of Object.entries(this.#fixture.expected)) {
      for (const [index, entity] of entities.entries()) {
        const value = (entity as Record<string, unknown> | null)?.[key];
        // What this fetch does not select, another may.
        if (value !== undefined)
          this.#note(check, differences(value, values[index], `_entities.${index}.${key}`));
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
    const entities = this.#entitiesIn(check, await this.#ask(this.#fixture.as, sent), sent);
    for (const [index, entity] of (entities ?? []).entries())
      if (!isDeepStrictEqual(entity, expected[index]))
        this.#note(check, [`_entities.${index}: is another than the one asked for at this place`]);
  }

  /** Strangers between the known ones: each becomes null, or an error of its own; the known ones stay as they were. */
  async #among(
    check: string,
    known: readonly Representation[],
    recorded: readonly unknown[],
    strangers: readonly Representation[],
  ): Promise<void> {
    const sent = [...strangers.slice(0, 1), ...known.slice(0, 1), ...strangers.slice(1), ...known.slice(1)];
    const isKnown = sent.map((one) => known.indexOf(one));
    const answer = await this.#ask(this.#fixture.as, sent);
    const entities = this.#entitiesIn(check, answer, sent);
    for (const [index, entity] of (entities ?? []).entries()) {
      const at = isKnown[index] ?? -1;
      const mayAnswer = this.#fixture.isStub && this.#fixture.unknown.includes(sent[index] ?? {});
      if (at < 0 && !mayAnswer && !isEmpty(entity))
        this.#note(check, [`_entities.${index}: answers ${JSON.stringify(sent[index]).slice(0, 60)}`]);
      if (at >= 0 && !isDeepStrictEqual(entity, recorded[at]))
        this.#note(check, [`_entities.${index}: a neighbour changed its answer`]);
    }
  }

  async #hiddenFrom(viewer: string): Promise<void> {
    const { known, unknown } = this.#fixture;
    const check = `as ${viewer}`;
    const entities = this.#entitiesIn(check, await this.#ask(viewer, known), known) ?? [];
    const nothing = this.#entitiesIn(check, await this.#ask(viewer, unknown), unknown) ?? [];
    for (const [index, entity] of entities.entries())
      if (!isEmpty(entity) && !isDeepStrictEqual(entity, nothing[0]))
        this.#note(check, [`_entities.${index}: is shown to whom it does not belong`]);
  }

  /** The number of statements does not grow with the number of entities. */
  async #statements(): Promise<void> {
    const { statements } = this.#run.endpoint;
    if (statements === undefined || this.#interaction.kind !== 'query') return;
    const costOf = async (known: readonly Representation[]): Promise<number> => {
      const before = statements();
      await this.#ask(this.#fixture.as, known);
      return statements() - before;
    };
    const { known } = this.#fixture;
    const [one, all] = [await costOf(known.slice(0, 1)), await costOf(known)];
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

  /** The list of entities, once its form is right: what is wrong with it is noted. */
  #entitiesIn(check: string, answer: SubgraphResponse, sent: readonly unknown[]): unknown[] | undefined {
    const variables = this.#interaction.variables;
    const entityTypes = sent.map(() => this.#type);
    this.#note(check, answerProblems(this.#run, this.#interaction, { variables, entityTypes }, answer));
    const entities = answer.data?._entities;
    if (Array.isArray(entities) && entities.length === sent.length) return entities;
    if (answer.data === undefined || answer.data === null)
      this.#note(check, ['answers no data', ...codeProblems(answer, this.#run.fixture)]);
    return undefined;
  }

  #note(check: string, problems: readonly string[]): void {
    this.#run.note(this.#interaction, check, problems);
  }
}

/** Null, or an object in which nothing is said but its type. */
function isEmpty(entity: unknown): boolean {
  if (entity === null) return true;
  const values = Object.entries(entity as object).filter(([key]) => key !== '__typename');
  return values.every(([, value]) => value === null);
}
