// Generates random operations over the schema that clients see: fields, aliases, arguments, fragments and conditions, down to a
// maximum depth. The same seed generates the same operation. Each comes with its parts: operations with one leaf field each.
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
import { type Chance, GeneratedVariables, generateValue } from './generated-arguments.ts';

const introspectionSelections: readonly Selection[] = [
  { head: '__schema { queryType { name: kind type: name } }', inside: [] },
  { head: 'mine: __type(name: "Query") { __typename name }', inside: [] },
  { head: '... { mine: __type(name: "Nobody") { kind } }', inside: [] },
];

/** Names that each JavaScript object inherits. They are valid aliases in GraphQL. */
const inheritedNames = ['constructor', 'toString', 'then', 'toJSON', 'hasOwnProperty', '__proto__', 'length'];

/** A field or a fragment: the text before its braces, and the selections inside them. */
interface Selection {
  head: string;
  inside: Selection[];
  /** Set when the selections are written as a named fragment. */
  spread?: { name: string; on: string };
}

export interface GeneratedOperation {
  /** The operation as GraphQL text. */
  text: string;
  /** The same operation once for each of its leaf fields, with that field only. */
  parts: string[];
  variables: Record<string, unknown>;
}

export interface GenerationOptions {
  schema: GraphQLSchema;
  chance: Chance;
  /** Values of arguments, by the name of the argument. */
  samples: Readonly<Record<string, readonly unknown[]>>;
  /** Fields that are never selected. */
  unsteady: readonly string[];
  /** False or undefined for a query. */
  isMutation?: boolean;
}

interface Generation extends GenerationOptions {
  variables: GeneratedVariables;
  /** Named fragments that can be spread again. */
  fragments: Selection[];
}

export function generateOperation(options: GenerationOptions): GeneratedOperation {
  const { schema, isMutation = false } = options;
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (!root) throw new Error('the schema has no such root type');
  const generation: Generation = {
    ...options,
    variables: new GeneratedVariables(options.chance),
    fragments: [],
  };
  const selections = generateSelections(generation, root, 4);
  if (!isMutation && generation.chance() < 0.05)
    selections.push(pick(generation.chance, introspectionSelections) as Selection);
  const print = (printed: readonly Selection[]) =>
    printOperation(isMutation ? 'mutation' : 'query', printed, generation.variables);
  return {
    text: print(selections),
    parts: selections.flatMap(splitIntoParts).map((selection) => print([selection])),
    variables: generation.variables.values,
  };
}

function generateSelections(generation: Generation, type: GraphQLCompositeType, depth: number): Selection[] {
  const { chance } = generation;
  const selections: Selection[] = [];
  const count = 1 + Math.floor(chance() * 4);
  for (let index = 0; index < count; index += 1) {
    const selection =
      chance() < 0.25 ? generateFragment(generation, type, depth) : generateField(generation, type, depth);
    if (selection !== undefined) selections.push(selection);
  }
  // A selection set may not be empty.
  return selections.length > 0 ? selections : [{ head: '__typename', inside: [] }];
}

function generateField(
  generation: Generation,
  type: GraphQLCompositeType,
  depth: number,
): Selection | undefined {
  const { chance } = generation;
  const all = isUnionType(type) ? [] : Object.values(type.getFields());
  const fields = all.filter(({ name }) => !generation.unsteady.includes(name));
  const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
  const field = pick(chance, depth > 0 ? fields : leaves);
  if (field === undefined || chance() < 0.1)
    return { head: chooseAlias(generation, type, '__typename'), inside: [] };
  const fieldType = getNamedType(field.type);
  const head = `${chooseAlias(generation, type, field.name)}${generateArguments(generation, field)}${generateCondition(generation)}`;
  return {
    head,
    inside: isCompositeType(fieldType) ? generateSelections(generation, fieldType, depth - 1) : [],
  };
}

/** The field without an alias, with a new alias, or with the name of another field as its alias. */
function chooseAlias({ chance }: Generation, type: GraphQLCompositeType, name: string): string {
  const dice = chance();
  if (dice < 0.7) return name;
  if (dice < 0.85) return `n${Math.floor(chance() * 1000)}: ${name}`;
  const others = [...(isUnionType(type) ? [] : Object.keys(type.getFields())), ...inheritedNames];
  return `${pick(chance, others) ?? 'x'}: ${name}`;
}

function generateFragment(generation: Generation, type: GraphQLCompositeType, depth: number): Selection {
  const { chance, schema, fragments } = generation;
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  const interfaces = possible.flatMap((one) => one.getInterfaces());
  const on = pick(chance, [type, ...possible, ...interfaces]) ?? type;
  const dice = chance();
  const known = fragments.filter(({ spread }) => spread?.on === on.name);
  const repeated = dice < 0.1 ? pick(chance, known) : undefined;
  if (repeated !== undefined)
    return { ...repeated, head: `...${repeated.spread?.name}${generateCondition(generation)}` };
  const inside = generateSelections(generation, on, depth);
  if (dice < 0.3) {
    const spread = { name: `F${fragments.length}`, on: on.name };
    const fragment = { head: `...${spread.name}${generateCondition(generation)}`, inside, spread };
    fragments.push(fragment);
    return fragment;
  }
  if (dice < 0.4 && on === type) return { head: `...${generateCondition(generation)}`, inside };
  return { head: `... on ${on.name}${generateCondition(generation)}`, inside };
}

function generateCondition({ chance, variables }: Generation): string {
  const dice = chance();
  if (dice > 0.15) return '';
  const value = pick(chance, ['yes', 'no', 'usually', 'rarely', 'true', 'false']) ?? 'true';
  const text = value === 'true' || value === 'false' ? value : variables.printCondition(value);
  return dice > 0.07 ? ` @include(if: ${text})` : ` @skip(if: ${text})`;
}

function generateArguments(generation: Generation, field: GraphQLField<unknown, unknown>): string {
  const printed = field.args.flatMap((argument) => {
    const isNeeded = isNonNullType(argument.type) && argument.defaultValue === undefined;
    return isNeeded || generation.chance() < 0.4
      ? [`${argument.name}: ${generateArgument(generation, argument)}`]
      : [];
  });
  return printed.length === 0 ? '' : `(${printed.join(', ')})`;
}

function generateArgument(
  { chance, samples, variables }: Generation,
  { name, type }: GraphQLArgument,
): string {
  return variables.printValue(type, pick(chance, samples[name] ?? []) ?? generateValue(chance, type));
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item | undefined {
  return items[Math.floor(chance() * items.length)];
}

/** One selection for each leaf field, with the path to it. */
function splitIntoParts(selection: Selection): Selection[] {
  if (selection.inside.length === 0) return [selection];
  return selection.inside.flatMap(splitIntoParts).map((inside) => ({ ...selection, inside: [inside] }));
}

function printOperation(
  operation: string,
  selections: readonly Selection[],
  variables: GeneratedVariables,
): string {
  const fragments = new Map<string, string>();
  const printSelection = ({ head, inside, spread }: Selection): string => {
    if (inside.length === 0) return head;
    if (spread !== undefined && fragments.has(spread.name)) return head;
    const body = `{ ${inside.map(printSelection).join(' ')} }`;
    if (spread === undefined) return `${head} ${body}`;
    fragments.set(spread.name, `fragment ${spread.name} on ${spread.on} ${body}`);
    return head;
  };
  const text = [`{ ${selections.map(printSelection).join(' ')} }`, ...fragments.values()].join(' ');
  return `${operation}${variables.printDefinitions(text)} ${text}`;
}
