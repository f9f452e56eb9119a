// Questions made up at random from a graph's API schema: fields, names, arguments, fragments, conditions, to some depth. The
// same numbers make the same question. Beside the whole question stand its parts, each with one of its fields alone.
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Chance } from './generated-arguments.ts';
import { Given, madeUpValue } from './generated-arguments.ts';

const aboutTheSchema: readonly Selection[] = [
  { head: '__schema { queryType { name: kind type: name } }', inside: [] },
  { head: 'mine: __type(name: "Query") { __typename name }', inside: [] },
  { head: '... { mine: __type(name: "Nobody") { kind } }', inside: [] },
];

/** As good as any other name to GraphQL. */
const namesOfObjects = ['constructor', 'toString', 'then', 'toJSON', 'hasOwnProperty', '__proto__', 'length'];

/** A field or a fragment: what stands before its braces, and what is in them. */
interface Selection {
  head: string;
  inside: Selection[];
  /** Written as a fragment of its own, which is spread here. */
  spread?: { name: string; on: string };
}

export interface MadeUpQuestion {
  whole: string;
  parts: string[];
  variables: Record<string, unknown>;
}

export interface Asking {
  schema: GraphQLSchema;
  chance: Chance;
  samples: Readonly<Record<string, readonly unknown[]>>;
  unsteady: readonly string[];
  /** Questions are queries otherwise. */
  isMutation?: boolean;
}

interface Making extends Asking {
  given: Given;
  /** Those that may be spread once more. */
  fragments: Selection[];
}

export function makeUpQuestion(asking: Asking): MadeUpQuestion {
  const { schema, isMutation = false } = asking;
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (!root) throw new Error('the graph has no such operations');
  const making: Making = { ...asking, given: new Given(asking.chance), fragments: [] };
  const selections = selectionsOf(making, root, 4);
  if (!isMutation && making.chance() < 0.05)
    selections.push(pick(making.chance, aboutTheSchema) as Selection);
  const text = (some: readonly Selection[]) => textOf(isMutation ? 'mutation' : 'query', some, making.given);
  return {
    whole: text(selections),
    parts: selections.flatMap(partsOf).map((selection) => text([selection])),
    variables: making.given.values,
  };
}

function selectionsOf(making: Making, type: GraphQLCompositeType, depth: number): Selection[] {
  const { chance } = making;
  const selections: Selection[] = [];
  const count = 1 + Math.floor(chance() * 4);
  for (let made = 0; made < count; made += 1) {
    const selection = chance() < 0.25 ? fragmentOn(making, type, depth) : fieldOf(making, type, depth);
    if (selection !== undefined) selections.push(selection);
  }
  // Something must be asked of everything.
  return selections.length > 0 ? selections : [{ head: '__typename', inside: [] }];
}

function fieldOf(making: Making, type: GraphQLCompositeType, depth: number): Selection | undefined {
  const { chance } = making;
  const all = isUnionType(type) ? [] : Object.values(type.getFields());
  const fields = all.filter(({ name }) => !making.unsteady.includes(name));
  const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
  const field = pick(chance, depth > 0 ? fields : leaves);
  if (field === undefined || chance() < 0.1) return { head: named(making, type, '__typename'), inside: [] };
  const inner = getNamedType(field.type);
  const head = `${named(making, type, field.name)}${argumentsOf(making, field)}${condition(making)}`;
  return { head, inside: isCompositeType(inner) ? selectionsOf(making, inner, depth - 1) : [] };
}

/** Under a name of its own, one of another field, or its own. */
function named({ chance }: Making, type: GraphQLCompositeType, name: string): string {
  const dice = chance();
  if (dice < 0.7) return name;
  if (dice < 0.85) return `n${Math.floor(chance() * 1000)}: ${name}`;
  const others = [...(isUnionType(type) ? [] : Object.keys(type.getFields())), ...namesOfObjects];
  return `${pick(chance, others) ?? 'x'}: ${name}`;
}

function fragmentOn(making: Making, type: GraphQLCompositeType, depth: number): Selection {
  const { chance, schema, fragments } = making;
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  const wider = possible.flatMap((one) => one.getInterfaces());
  const on = pick(chance, [type, ...possible, ...wider]) ?? type;
  const dice = chance();
  const known = fragments.filter(({ spread }) => spread?.on === on.name);
  const again = dice < 0.1 ? pick(chance, known) : undefined;
  if (again !== undefined) return { ...again, head: `...${again.spread?.name}${condition(making)}` };
  const inside = selectionsOf(making, on, depth);
  if (dice < 0.3) {
    const spread = { name: `F${fragments.length}`, on: on.name };
    const fragment = { head: `...${spread.name}${condition(making)}`, inside, spread };
    fragments.push(fragment);
    return fragment;
  }
  if (dice < 0.4 && on === type) return { head: `...${condition(making)}`, inside };
  return { head: `... on ${on.name}${condition(making)}`, inside };
}

function condition({ chance, given }: Making): string {
  const dice = chance();
  if (dice > 0.15) return '';
  const value = pick(chance, ['yes', 'no', 'usually', 'rarely', 'true', 'false']) ?? 'true';
  const text = value === 'true' || value === 'false' ? value : given.condition(value);
  return dice > 0.07 ? ` @include(if: ${text})` : ` @skip(if: ${text})`;
}

function argumentsOf(making: Making, field: GraphQLField<unknown, unknown>): string {
  const some = field.args.flatMap((argument) => {
    const isNeeded = isNonNullType(argument.type) && argument.defaultValue === undefined;
    return isNeeded || making.chance() < 0.4 ? [`${argument.name}: ${argumentOf(making, argument)}`] : [];
  });
  return some.length === 0 ? '' : `(${some.join(', ')})`;
}

function argumentOf({ chance, samples, given }: Making, { name, type }: GraphQLArgument): string {
  return given.literal(type, pick(chance, samples[name] ?? []) ?? madeUpValue(chance, type));
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item | undefined {
  return items[Math.floor(chance() * items.length)];
}

/** One for each field at the end of a way, with the whole way to it. */
function partsOf(selection: Selection): Selection[] {
  if (selection.inside.length === 0) return [selection];
  return selection.inside.flatMap(partsOf).map((inside) => ({ ...selection, inside: [inside] }));
}

function textOf(operation: string, selections: readonly Selection[], given: Given): string {
  const fragments = new Map<string, string>();
  const write = ({ head, inside, spread }: Selection): string => {
    if (inside.length === 0) return head;
    if (spread !== undefined && fragments.has(spread.name)) return head;
    const body = `{ ${inside.map(write).join(' ')} }`;
    if (spread === undefined) return `${head} ${body}`;
    fragments.set(spread.name, `fragment ${spread.name} on ${spread.on} ${body}`);
    return head;
  };
  const all = [`{ ${selections.map(write).join(' ')} }`, ...fragments.values()].join(' ');
  return `${operation}${given.declared(all)} ${all}`;
}
