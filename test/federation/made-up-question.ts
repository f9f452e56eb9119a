// Questions made up at random from a graph's API schema: fields, names, arguments, fragments, conditions, to some depth. The
// same numbers make the same question. Beside the whole question stand its parts, each with one of its fields alone.
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

/** A number from 0 up to 1, another one each time. */
export type Chance = () => number;

/** Mulberry32: short, and the same everywhere. */
export function chanceOf(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A field or a fragment: what stands before its braces, and what is in them. */
interface Selection {
  head: string;
  inside: Selection[];
  /** Written as a fragment of its own, which is spread here: the type that it is on. */
  spreadOn?: string;
}

export interface MadeUpQuestion {
  whole: string;
  parts: string[];
  variables: Record<string, unknown>;
}

export interface Making {
  schema: GraphQLSchema;
  chance: Chance;
  samples: Readonly<Record<string, readonly unknown[]>>;
  unsteady: readonly string[];
}

/** For `$yes`, `$no`: every question declares those that it uses. */
const conditions = { yes: true, no: false };

export function makeUpQuestion(making: Making): MadeUpQuestion {
  const query = making.schema.getQueryType();
  if (!query) throw new Error('a graph has a query type');
  const selections = selectionsOf(making, query, 4);
  return {
    whole: textOf(selections),
    parts: selections.flatMap(partsOf).map((selection) => textOf([selection])),
    variables: conditions,
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
  const head = `${named(making, type, field.name)}${argumentsOf(making, field)}${condition(chance)}`;
  return { head, inside: isCompositeType(inner) ? selectionsOf(making, inner, depth - 1) : [] };
}

/** Under a name of its own, one of another field, or its own. */
function named({ chance }: Making, type: GraphQLCompositeType, name: string): string {
  const dice = chance();
  if (dice < 0.7) return name;
  if (dice < 0.85) return `n${Math.floor(chance() * 1000)}: ${name}`;
  const others = isUnionType(type) ? [] : Object.keys(type.getFields());
  return `${pick(chance, others) ?? 'x'}: ${name}`;
}

function fragmentOn(making: Making, type: GraphQLCompositeType, depth: number): Selection {
  const { chance, schema } = making;
  const possible = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  const wider = possible.flatMap((one) => one.getInterfaces());
  const on = pick(chance, [type, ...possible, ...wider]) ?? type;
  const dice = chance();
  const inside = selectionsOf(making, on, depth);
  if (dice < 0.3)
    return { head: `...F${Math.floor(chance() * 1e9)}${condition(chance)}`, inside, spreadOn: on.name };
  if (dice < 0.4 && on === type) return { head: `...${condition(chance)}`, inside };
  return { head: `... on ${on.name}${condition(chance)}`, inside };
}

function condition(chance: Chance): string {
  const dice = chance();
  if (dice > 0.15) return '';
  const value = pick(chance, ['$yes', '$no', 'true', 'false']);
  return dice > 0.07 ? ` @include(if: ${value})` : ` @skip(if: ${value})`;
}

function argumentsOf(making: Making, field: GraphQLField<unknown, unknown>): string {
  const given = field.args.flatMap((argument) => {
    const isNeeded = isNonNullType(argument.type) && argument.defaultValue === undefined;
    return isNeeded || making.chance() < 0.4 ? [`${argument.name}: ${argumentOf(making, argument)}`] : [];
  });
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

function argumentOf(making: Making, { name, type }: GraphQLArgument): string {
  const sample = pick(making.chance, making.samples[name] ?? []);
  return sample === undefined ? literalOf(making, type) : literal(sample, getNamedType(type));
}

function literal(value: unknown, type: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, type)).join(', ')}]`;
  return isEnumType(type) ? String(value) : JSON.stringify(value);
}

function literalOf(making: Making, given: GraphQLInputType): string {
  const { chance } = making;
  const type = getNullableType(given);
  if (isListType(type)) return chance() < 0.2 ? '[]' : `[${literalOf(making, type.ofType)}]`;
  if (isEnumType(type)) return pick(chance, type.getValues())?.name ?? 'null';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || chance() < 0.4,
    );
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(making, field.type)}`).join(', ')} }`;
  }
  const number = String(1 + Math.floor(chance() * 3));
  const simple: Record<string, string> = {
    Int: number,
    Float: number,
    Boolean: String(chance() < 0.5),
    ID: `"${number}"`,
  };
  return simple[type.name] ?? '"text"';
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item | undefined {
  return items[Math.floor(chance() * items.length)];
}

/** One for each field at the end of a way, with the whole way to it. */
function partsOf(selection: Selection): Selection[] {
  if (selection.inside.length === 0) return [selection];
  return selection.inside.flatMap(partsOf).map((inside) => ({ ...selection, inside: [inside] }));
}

function textOf(selections: readonly Selection[]): string {
  const fragments: string[] = [];
  const write = ({ head, inside, spreadOn }: Selection): string => {
    if (inside.length === 0) return head;
    const body = `{ ${inside.map(write).join(' ')} }`;
    if (spreadOn === undefined) return `${head} ${body}`;
    fragments.push(`fragment ${/F\d+/.exec(head)?.[0]} on ${spreadOn} ${body}`);
    return head;
  };
  const body = selections.map(write).join(' ');
  const all = [body, ...fragments].join(' ');
  const declared = Object.keys(conditions).filter((name) => all.includes(`$${name}`));
  const head =
    declared.length === 0 ? '' : `query(${declared.map((name) => `$${name}: Boolean!`).join(', ')}) `;
  return `${head}{ ${body} } ${fragments.join(' ')}`.trim();
}
