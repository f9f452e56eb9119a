// A fixture is what the team of a subgraph writes once, so that a contract can be replayed against it: the viewers, the entities
// that exist and who may see them, and values for the variables of root fields. It is JSON, so that any team can write one.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Contract } from './contract.ts';

const json: z.ZodType<unknown> = z.unknown();
const representation: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), json);

const account = z.object({
  accountId: z.string(),
  roles: z.array(z.string()).default(['CUSTOMER']),
});

const fixtureShape = z.strictObject({
  /** True for a server whose errors have no `extensions.code`. */
  withoutCodes: z.boolean().default(false),
  /** The viewers, by a name of your choice: an account, a service, an anonymous caller, or the headers that your server expects. */
  viewers: z.record(
    z.string(),
    z.union([
      z.strictObject({ account }),
      z.strictObject({ service: z.string() }),
      z.strictObject({ anonymous: z.literal(true) }),
      z.strictObject({ headers: z.record(z.string(), z.string()) }),
    ]),
  ),
  /** By type: the entities with which `_entities` fetches are replayed. */
  entities: z
    .record(
      z.string(),
      z.strictObject({
        /** The viewer who may see all of `known`. */
        as: z.string(),
        /** Two or more entities that exist: their key fields and all other fields that a `requires` of the contract names. */
        known: z.array(representation).min(2),
        /** Well-formed keys of entities that do not exist, with the same fields. */
        unknown: z.array(representation).min(1),
        /** True when the subgraph answers any well-formed key, because another subgraph owns the entity. */
        isStub: z.boolean().default(false),
        /** Malformed keys. The replay always adds some for `id`. */
        malformed: z.array(representation).default([]),
        /** Viewers for whom all of `known` must look like `unknown`. */
        hiddenFrom: z.array(z.string()).default([]),
        /** By response key: the expected values, one for each entity of `known`. Only the keys that are named are compared. */
        expected: z.record(z.string(), z.array(json)).default({}),
      }),
    )
    .default({}),
  /** By registered operation: the viewer who sends it, and variables that replace the samples. */
  operations: z
    .record(
      z.string(),
      z.strictObject({
        as: z.string(),
        variables: z.record(z.string(), json).default({}),
        /** Viewers for whom every root field must be null or refused. */
        hiddenFrom: z.array(z.string()).default([]),
        /** The expected values, by root response key. Only the keys that are named are compared. */
        expected: representation.default({}),
        /** The maximum number of SQL statements, checked when they can be counted. */
        statements: z.int().nonnegative().optional(),
      }),
    )
    .default({}),
  /**
   * Who sends the operations that are not named above, with their samples. A front-end that registers an operation then needs no
   * change here. Without it, each operation must be named.
   */
  otherOperations: z.strictObject({ as: z.string() }).optional(),
  /**
   * What other subgraphs answer when this one asks them, by subgraph and by the name of the operation that it sends: data, or the code
   * of a refusal.
   */
  peers: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.union([z.strictObject({ data: representation }), z.strictObject({ refusal: z.string() })]),
      ),
    )
    .default({}),
  /** Invalid input of an operation, and the code of the expected refusal. */
  refusals: z
    .array(
      z.strictObject({
        operation: z.string(),
        as: z.string(),
        variables: z.record(z.string(), json),
        code: z.string(),
      }),
    )
    .default([]),
});

export type Fixture = z.infer<typeof fixtureShape>;
export type EntityFixture = Fixture['entities'][string];

/** Throws an error with one line for each problem, which names the file and the path in it. */
export function readFixture(file: string): Fixture {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = fixtureShape.safeParse(content);
  const problems = parsed.success
    ? [...findUnknownViewers(parsed.data), ...findUnevenLists(parsed.data)]
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  if (!parsed.success || problems.length > 0)
    throw new Error(`${file} is not a fixture:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  return parsed.data;
}

/** The name of the viewer that is this subgraph. */
export function getCallerName(caller: string): string {
  return `service:${caller}`;
}

/** The viewers of the fixture, with those that send interactions of the contract in their own name. One that the fixture names stays. */
export function addCallers(
  { viewers, operations }: Pick<Fixture, 'viewers' | 'operations'>,
  { interactions }: Contract,
): Pick<Fixture, 'viewers'> {
  const callers = interactions
    .filter((interaction) => !interaction.operations.some((name) => Object.hasOwn(operations, name)))
    .flatMap(({ caller }) =>
      caller === undefined ? [] : [[getCallerName(caller), { service: caller }] as const],
    );
  return { viewers: { ...Object.fromEntries(callers), ...viewers } };
}

function findUnknownViewers(fixture: Fixture): string[] {
  const { viewers, entities, operations, otherOperations, refusals } = fixture;
  const others = otherOperations === undefined ? [] : [otherOperations];
  const guarded = [...Object.values(entities), ...Object.values(operations)];
  const used = [
    ...guarded.flatMap(({ as, hiddenFrom }) => [as, ...hiddenFrom]),
    ...[...others, ...refusals].map(({ as }) => as),
  ];
  return [...new Set(used)]
    .filter((name) => !Object.hasOwn(viewers, name))
    .map((name) => `viewers has no "${name}"`);
}

function findUnevenLists({ entities }: Fixture): string[] {
  return Object.entries(entities).flatMap(([type, { known, expected }]) =>
    Object.entries(expected)
      .filter(([, values]) => values.length !== known.length)
      .map(
        ([key, { length }]) =>
          `entities.${type}.expected.${key}: has ${length} values for ${known.length} of known`,
      ),
  );
}
