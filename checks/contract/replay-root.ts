// A fetch of root fields: as recorded, again, and for viewers from whom it is hidden; and wrong input, which must be
// refused with the code that the fixture names. A mutation is sent once: what it does, it does.
import { isDeepStrictEqual } from 'node:util';
import { Kind, parse } from 'graphql';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Contract, Interaction } from './contract.ts';
import { differences } from './expected-values.ts';
import type { Fixture } from './fixture.ts';
import { answerProblems, type Replay } from './response-problems.ts';

type Variables = Readonly<Record<string, unknown>>;

export async function replayRoot(run: Replay, interaction: Interaction): Promise<void> {
  const operations = interaction.operations.filter((name) => name in run.fixture.operations);
  if (operations.length === 0)
    run.note(interaction, 'as recorded', [
      `the fixture does not say who sends ${interaction.operations.join(' or ')}`,
    ]);
  for (const name of operations) {
    const fixture = run.fixture.operations[name] as Fixture['operations'][string];
    const variables = variablesFor(interaction, fixture.variables);
    // Those who must not see it first: a mutation would change what there is to see.
    for (const viewer of fixture.hiddenFrom) await hiddenFrom(run, interaction, viewer, variables);
    const before = run.endpoint.statements?.() ?? 0;
    const answer = await ask(run, interaction, fixture.as, variables);
    const statements = (run.endpoint.statements?.() ?? 0) - before;
    noteProblems(run, interaction, 'as recorded', variables, answer);
    run.note(interaction, 'as recorded', unexpected(answer, fixture.expected));
    if (fixture.statements !== undefined && statements > fixture.statements)
      run.note(interaction, 'statements', [`${statements} SQL statements, not ${fixture.statements}`]);
    if (interaction.kind === 'mutation') continue;
    const again = await ask(run, interaction, fixture.as, variables);
    // Not its errors: each has a trace id of its own.
    if (!isDeepStrictEqual(again.data, answer.data))
      run.note(interaction, 'again', ['answers something else']);
    // Nor does anybody get what was found for whoever asked before.
    for (const viewer of fixture.hiddenFrom) await hiddenFrom(run, interaction, viewer, variables);
  }
}

/** Each refusal of the fixture, through the fetch that carries its operation's root fields. */
export async function replayRefusals(run: Replay, { interactions }: Contract): Promise<void> {
  for (const { operation, as, variables, code } of run.fixture.refusals) {
    const check = `refuses with ${code}`;
    for (const interaction of interactions) {
      if (interaction.requires !== null || !interaction.operations.includes(operation)) continue;
      const answer = await ask(run, interaction, as, variablesFor(interaction, variables));
      const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
      if (!codes.includes(code))
        run.note(interaction, check, [`answers ${codes.length === 0 ? 'no refusal' : codes.join(', ')}`]);
    }
  }
}

async function hiddenFrom(
  run: Replay,
  interaction: Interaction,
  viewer: string,
  variables: Variables,
): Promise<void> {
  const check = `as ${viewer}`;
  const answer = await ask(run, interaction, viewer, variables);
  const { data } = answer;
  run.note(interaction, check, answerProblems(run, interaction, { variables }, answer));
  const shown = Object.entries(data ?? {}).filter(([key, value]) => key !== '__typename' && value !== null);
  run.note(
    interaction,
    check,
    shown.map(([key]) => `${key}: is shown to whom it does not belong`),
  );
}

function noteProblems(
  run: Replay,
  interaction: Interaction,
  check: string,
  variables: Variables,
  answer: SubgraphResponse,
): void {
  const errors = (answer.errors ?? []).map(({ message }) => `an error: ${message}`);
  const lost = answer.data === null || answer.data === undefined ? ['answers no data'] : [];
  run.note(interaction, check, [
    ...errors,
    ...lost,
    ...answerProblems(run, interaction, { variables }, answer),
  ]);
}

function ask({ endpoint }: Replay, { text, name }: Interaction, viewer: string, variables: Variables) {
  return endpoint.ask(viewer, { query: text, operationName: name || undefined, variables });
}

/** The samples with the fixture's own values; nothing that the fetch does not declare. */
function variablesFor({ text, variables }: Interaction, own: Variables): Record<string, unknown> {
  const declared = parse(text).definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : [],
  );
  const names = new Set(declared.map(({ variable }) => variable.name.value));
  const given = Object.entries({ ...variables, ...own }).filter(([name]) => names.has(name));
  return Object.fromEntries(given);
}

function unexpected({ data }: SubgraphResponse, expected: Variables): string[] {
  // An answer without data is found already.
  if (data === null || data === undefined) return [];
  // What another fetch of the operation selects is compared there.
  const here = Object.entries(expected).filter(([key]) => Object.hasOwn(data, key));
  return here.flatMap(([key, value]) => differences(data[key], value, key));
}
