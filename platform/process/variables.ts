// How variables of the environment become values: by a schema, with all problems collected, each with the name of its variable.
// This file reads no environment itself; environment.ts does.
import { z } from 'zod';

export type EnvironmentSource = Readonly<Record<string, string | undefined>>;

/** Missing or invalid variables, all of them, each with its name. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** A whole number from `min` to `max` in plain digits: "4000", not "0xfa0", "4e3" or " ". */
export function wholeNumber(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
}

/** The values of the schema's variables. Returns undefined when one is missing or invalid, and adds it to `problems`. */
export function parseVariables<Schema extends z.ZodObject>(
  schema: Schema,
  source: EnvironmentSource,
  problems: string[],
): z.infer<Schema> | undefined {
  const given = Object.fromEntries(
    Object.keys(schema.shape)
      .map((key) => [key, emptyToUndefined(source[key])] as const)
      .filter(([, value]) => value !== undefined),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const key = issue.path.map(String).join('.');
    problems.push(`${key}: ${key in given ? describeIssue(issue) : 'is missing'}`);
  }
  return undefined;
}

/** The rule of a choice in words: "must be true or false". Every other rule brings its own words. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_value') return issue.message;
  const values = issue.values.map(String);
  return `must be ${[values.slice(0, -1).join(', '), values.at(-1)].filter(Boolean).join(' or ')}`;
}

/** The defaults of the schema's variables as text; empty means that there is none. */
export function readDefaults({ shape }: z.ZodObject): Record<string, string> {
  const defaults = Object.entries(shape).map(([key, variable]) => {
    const { data } = z.safeParse(variable, undefined);
    return [key, String(data ?? '')];
  });
  return Object.fromEntries(defaults);
}

/** An empty variable means "not set": compose files and .env templates cannot express it otherwise. */
export function emptyToUndefined(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
