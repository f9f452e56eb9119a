// What a subgraph's team writes down once, so that a contract can be replayed against it: who asks, which entities there
// are and who may see them, and values for the variables of root fields. JSON, so that a team elsewhere can write one.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const json: z.ZodType<unknown> = z.unknown();
const representation: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), json);

const account = z.object({
  accountId: z.string(),
  roles: z.array(z.string()).default(['CUSTOMER']),
});

const fixtureShape = z.strictObject({
  /** For a server whose errors have no `extensions.code`. */
  withoutCodes: z.boolean().default(false),
  /** Who asks, by a name of your choice: an account to sign for, a service, nobody, or headers as your server wants them. */
  viewers: z.record(
    z.string(),
    z.union([
      z.strictObject({ account }),
      z.strictObject({ service: z.string() }),
      z.strictObject({ anonymous: z.literal(true) }),
      z.strictObject({ headers: z.record(z.string(), z.string()) }),
    ]),
  ),
  /** By type: the references that a contract's `_entities` fetches are replayed with. */
  entities: z
    .record(
      z.string(),
      z.strictObject({
        /** Who may see all of `known`. */
        as: z.string(),
        /** Two or more that are there: their key fields and whatever else a contract's `requires` names. */
        known: z.array(representation).min(2),
        /** Well-formed keys of nothing, with the same fields. */
        unknown: z.array(representation).min(1),
        /** It answers for any well-formed key, since whether there is such a thing is another subgraph's to know. */
        isStub: z.boolean().default(false),
        /** Keys that no client could have got from you; a few for `id` are always tried. */
        malformed: z.array(representation).default([]),
        /** Viewers to whom all of `known` must look like `unknown`. */
        hiddenFrom: z.array(z.string()).default([]),
        /** What must be answered for `known`, by response key, one list a key in their order; only what is named is compared. */
        expected: z.record(z.string(), z.array(json)).default({}),
      }),
    )
    .default({}),
  /** By registered operation: who sends it, and with which variables instead of the samples. */
  operations: z
    .record(
      z.string(),
      z.strictObject({
        as: z.string(),
        variables: z.record(z.string(), json).default({}),
        /** Viewers who must get null or a refusal for every root field. */
        hiddenFrom: z.array(z.string()).default([]),
        /** What must be answered, by root response key; only what is named is compared. */
        expected: representation.default({}),
        /** How many SQL statements it takes at most, where somebody can count them. */
        statements: z.int().nonnegative().optional(),
      }),
    )
    .default({}),
  /** Wrong input to an operation, and the code it must be refused with. */
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

/** Throws with one line for each thing that is wrong, naming file and place. */
export function readFixture(file: string): Fixture {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  const parsed = fixtureShape.safeParse(content);
  const problems = parsed.success
    ? [...unknownViewers(parsed.data), ...unevenLists(parsed.data)]
    : parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  if (!parsed.success || problems.length > 0)
    throw new Error(`${file} is no fixture:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  return parsed.data;
}

function unknownViewers({ viewers, entities, operations, refusals }: Fixture): string[] {
  const used = [...Object.values(entities), ...Object.values(operations), ...refusals].flatMap((entry) => [
    entry.as,
    ...('hiddenFrom' in entry ? entry.hiddenFrom : []),
  ]);
  return [...new Set(used)]
    .filter((name) => !Object.hasOwn(viewers, name))
    .map((name) => `viewers has no "${name}"`);
}

function unevenLists({ entities }: Fixture): string[] {
  return Object.entries(entities).flatMap(([type, { known, expected }]) =>
    Object.entries(expected)
      .filter(([, values]) => values.length !== known.length)
      .map(
        ([key, { length }]) =>
          `entities.${type}.expected.${key}: has ${length} values for ${known.length} of known`,
      ),
  );
}
