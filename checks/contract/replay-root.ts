// Replays a fetch of root fields: as recorded, a second time, and as viewers who may not see its fields; and sends invalid input,
// which must be refused with the code that the fixture names. A mutation is sent once only, because it changes the data.
import { isDeepStrictEqual } from 'node:util';
import { Kind, parse } from 'graphql';
import type { SubgraphResponse } from '../../platform/calls/call.ts';
import type { Contract, Interaction } from './contract.ts';
import { findDifferences } from './expected-values.ts';
import { type Fixture, getCallerName } from './fixture.ts';
import { findResponseProblems, type Replay } from './response-problems.ts';

type Variables = Readonly<Record<string, unknown>>;

export async function replayRoot(run: Replay, interaction: Interaction): Promise<void> {
  const senders = findSenders(run.fixture, interaction);
  if (senders.length === 0)
    run.note(interaction, 'as recorded', [
      `the fixture does not say who sends ${interaction.operations.join(' or ')}`,
    ]);
  for (const fixture of senders) {
    const variables = variablesFor(interaction, fixture.variables);
    // The hidden viewers come first, because a mutation changes the data that they must not see.
    for (const viewer of fixture.hiddenFrom) await checkHidden(run, interaction, viewer, variables);
    const before = run.endpoint.statements?.() ?? 0;
    const response = await ask(run, interaction, fixture.as, variables);
    const statements = (run.endpoint.statements?.() ?? 0) - before;
    noteProblems(run, interaction, 'as recorded', variables, response);
    run.note(interaction, 'as recorded', findUnexpectedValues(response, fixture.expected));
    if (fixture.statements !== undefined && statements > fixture.statements)
      run.note(interaction, 'statements', [`${statements} SQL statements, not ${fixture.statements}`]);
    if (interaction.kind === 'mutation') continue;
    const again = await ask(run, interaction, fixture.as, variables);
    // Errors are not compared: each has a trace id of its own.
    if (!isDeepStrictEqual(again.data, response.data))
      run.note(interaction, 'again', ['responds with other data']);
    // A hidden viewer must not receive data that the subgraph read for the viewer before.
    for (const viewer of fixture.hiddenFrom) await checkHidden(run, interaction, viewer, variables);
  }
}

/** How each operation of the interaction is sent, as far as the fixture says. */
function findSenders(
  { operations, otherOperations, viewers }: Fixture,
  interaction: Interaction,
): Fixture['operations'][string][] {
  const { caller } = interaction;
  const named = interaction.operations.flatMap((name) => operations[name] ?? []);
  if (named.length === 0 && caller !== undefined) {
    // A field that one subgraph calls is refused to every other viewer.
    const isCaller = (viewer: Fixture['viewers'][string]) => 'service' in viewer && viewer.service === caller;
    const hiddenFrom = Object.keys(viewers).filter((name) => !isCaller(viewers[name] ?? { anonymous: true }));
    return [{ as: getCallerName(caller), variables: {}, hiddenFrom, expected: {} }];
  }
  if (named.length > 0 || otherOperations === undefined) return named;
  return [{ ...otherOperations, variables: {}, hiddenFrom: [], expected: {} }];
}

/** Sends each refusal of the fixture through the fetch that has the root fields of its operation. */
export async function replayRefusals(run: Replay, { interactions }: Contract): Promise<void> {
  for (const { operation, as, variables, code } of run.fixture.refusals) {
    const check = `refuses with ${code}`;
    for (const interaction of interactions) {
      if (interaction.requires !== null || !interaction.operations.includes(operation)) continue;
      const response = await ask(run, interaction, as, variablesFor(interaction, variables));
      const codes = (response.errors ?? []).map(({ extensions }) => extensions?.code);
      if (!codes.includes(code))
        run.note(interaction, check, [`answers ${codes.length === 0 ? 'no refusal' : codes.join(', ')}`]);
    }
  }
}

async function checkHidden(
  run: Replay,
  interaction: Interaction,
  viewer: string,
  variables: Variables,
): Promise<void> {
  const check = `as ${viewer}`;
  const response = await ask(run, interaction, viewer, variables);
  const { data } = response;
  run.note(interaction, check, findResponseProblems(run, interaction, { variables }, response));
  const shown = Object.entries(data ?? {}).filter(([key, value]) => key !== '__typename' && value !== null);
  run.note(
    interaction,
    check,
    shown.map(([key]) => `${key}: is shown to a viewer who may not see it`),
  );
}

function noteProblems(
  run: Replay,
  interaction: Interaction,
  check: string,
  variables: Variables,
  response: SubgraphResponse,
): void {
  const errors = (response.errors ?? []).map(({ message }) => `an error: ${message}`);
  const missing = response.data === null || response.data === undefined ? ['answers no data'] : [];
  run.note(interaction, check, [
    ...errors,
    ...missing,
    ...findResponseProblems(run, interaction, { variables }, response),
  ]);
}

function ask({ endpoint }: Replay, { text, name }: Interaction, viewer: string, variables: Variables) {
  return endpoint.ask(viewer, { query: text, operationName: name || undefined, variables });
}

/** The samples, replaced by the fixture's values. A variable that the fetch does not declare is left out. */
function variablesFor({ text, variables }: Interaction, own: Variables): Record<string, unknown> {
  const declared = parse(text).definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : [],
  );
  const names = new Set(declared.map(({ variable }) => variable.name.value));
  const given = Object.entries({ ...variables, ...own }).filter(([name]) => names.has(name));
  return Object.fromEntries(given);
}

function findUnexpectedValues({ data }: SubgraphResponse, expected: Variables): string[] {
  // noteProblems reports a response without data.
  if (data === null || data === undefined) return [];
  // Values that another fetch of the operation selects are compared with that fetch.
  const here = Object.entries(expected).filter(([key]) => Object.hasOwn(data, key));
  return here.flatMap(([key, value]) => findDifferences(data[key], value, key));
}
