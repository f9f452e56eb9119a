// Checks the parts of an input, all of them before anything happens: a form can then mark each field that is wrong. The first problem
// gives the refusal its code and message, and `problems` in the extensions names every one with its path.
import { Refusal } from './refusal.ts';

/** One part of an input that is refused. */
export interface InputProblem {
  /** From the name of the argument, such as ["input", "lines", 2, "quantity"]. */
  path: readonly (string | number)[];
  code: string;
  message: string;
}

type Parts = Readonly<Record<string, () => unknown>>;
type Parsed<Given extends Parts> = { [Name in keyof Given]: ReturnType<Given[Name]> };

/** Parses the parts of the argument `input`, by name. Throws one Refusal for all parts that were refused. */
export function parseInput<Given extends Parts>(parts: Given): Parsed<Given> {
  return parseParts({ input: () => parseParts(parts) }).input;
}

/** Parses the parts of an object inside of an input. */
export function parseParts<Given extends Parts>(parts: Given): Parsed<Given> {
  return Object.fromEntries(parseEntries(Object.entries(parts))) as Parsed<Given>;
}

/** Parses each item of a list inside of an input. */
export function parseItems<Item, Result>(items: readonly Item[], parse: (item: Item) => Result): Result[] {
  return parseEntries(items.map((item, index) => [index, () => parse(item)])).map(([, result]) => result);
}

function parseEntries<Key extends string | number, Result>(
  entries: readonly (readonly [Key, () => Result])[],
): [Key, Result][] {
  const parsed: [Key, Result][] = [];
  const refused: { cause: Refusal; problems: readonly InputProblem[] }[] = [];
  for (const [key, parse] of entries) {
    try {
      parsed.push([key, parse()]);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      refused.push({ cause, problems: listProblems(key, cause) });
    }
  }
  const [first] = refused;
  if (first === undefined) return parsed;
  const { code, message, details } = first.cause;
  throw new Refusal(code, message, { ...details, problems: refused.flatMap(({ problems }) => problems) });
}

/** The problems of one part, with the part in front of their paths. */
function listProblems(key: string | number, { code, message, details }: Refusal): InputProblem[] {
  const inner = details.problems as readonly InputProblem[] | undefined;
  if (inner !== undefined) return inner.map((problem) => ({ ...problem, path: [key, ...problem.path] }));
  // "price.amount" is the amount of the part "price".
  const [argument, ...more] = typeof details.argument === 'string' ? details.argument.split('.') : [];
  return [{ path: argument === key ? [key, ...more] : [key], code, message }];
}
