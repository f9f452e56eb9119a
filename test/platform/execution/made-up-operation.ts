// Random operations for any schema: aliases, fragments that are spread twice, conditions, and arguments from literals and
// variables, some of them wrong or missing. The same random numbers make the same operation.
import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';
import type { Random } from '../../support/random.ts';

export interface MadeUpOperation {
  text: string;
  variables: Record<string, unknown>;
}

/** Names of object members, and names that would break generated code. */
const hostileNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'valueOf', 'return'];

/** Makes a representation for `_entities`. */
export type MakeRepresentation = (random: Random) => unknown;

export function makeUpOperation(
  schema: GraphQLSchema,
  random: Random,
  kind: OperationTypeNode,
  makeRepresentation: MakeRepresentation,
): MadeUpOperation {
  return new OperationMaker(schema, random, makeRepresentation).operation(kind);
}

class OperationMaker {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #makeRepresentation: MakeRepresentation;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: { name: string; on: GraphQLCompositeType; text: string }[] = [];
  readonly #keys = new Map<string, string>();
  #made = 0;

  constructor(schema: GraphQLSchema, random: Random, makeRepresentation: MakeRepresentation) {
    this.#schema = schema;
    this.#random = random;
    this.#makeRepresentation = makeRepresentation;
  }

  operation(kind: OperationTypeNode): MadeUpOperation {
    const root = this.#schema.getRootType(kind);
    if (!root) throw new Error(`the schema has no ${kind}`);
    const body = this.#selections(root, 3);
    const declared = this.#declared.length === 0 ? '' : `(${this.#declared.join(' ')})`;
    const fragments = this.#fragments.map(({ name, on, text }) => `fragment ${name} on ${on.name} ${text}`);
    return { text: `${kind} Made${declared} ${body} ${fragments.join(' ')}`, variables: this.#variables };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const count = this.#random.between(1, 3);
    const made = Array.from({ length: count }, () =>
      this.#random.chance(0.25) ? this.#fragment(type, depth) : this.#field(type, depth),
    );
    return `{ ${made.join(' ')} }`;
  }

  #field(type: GraphQLCompositeType, depth: number): string {
    const all = isUnionType(type)
      ? []
      : Object.values(type.getFields()).filter(({ name }) => name !== '_service');
    const fields = all.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    if (fields.length === 0 || this.#random.chance(0.08)) return this.#named('__typename', '', 'String!');
    const field = this.#random.pick(fields);
    const inner = getNamedType(field.type);
    const head = this.#named(field.name, this.#arguments(field), String(field.type)) + this.#condition();
    return isCompositeType(inner) ? `${head} ${this.#selections(inner, depth - 1)}` : head;
  }

  /** Gives a field a response key. In the whole operation a key belongs to one field with the same arguments, so fields always merge. */
  #named(name: string, given: string, type: string): string {
    const field = `${name}${given}`;
    const dice = this.#random.next();
    let key = dice < 0.6 ? name : dice < 0.8 ? this.#random.pick(hostileNames) : `${name}1`;
    while (this.#keys.has(key) && this.#keys.get(key) !== `${field}: ${type}`) key = `${key}_`;
    this.#keys.set(key, `${field}: ${type}`);
    return key === name ? field : `${key}: ${field}`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const known = this.#fragments.filter(({ on }) => on === type);
    if (known.length > 0 && this.#random.chance(0.4))
      return `...${this.#random.pick(known).name}${this.#condition()}`;
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [type];
    const on = this.#random.pick([type, ...possible, ...possible.flatMap((one) => one.getInterfaces())]);
    const dice = this.#random.next();
    if (dice < 0.2) return `...${this.#condition()} ${this.#selections(type, depth)}`;
    const text = this.#selections(on, depth);
    if (dice < 0.6) return `... on ${on.name}${this.#condition()} ${text}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push({ name, on, text });
    return `...${name}${this.#condition()}`;
  }

  #condition(): string {
    if (this.#random.chance(0.85)) return '';
    const directive = this.#random.pick(['@skip', '@include']);
    if (this.#random.chance(0.3)) return ` ${directive}(if: ${this.#random.chance(0.5)})`;
    // Few variables, so that one variable decides about several fields.
    const name = this.#random.pick(['yes', 'no', 'byDefault']);
    if (!(name in this.#variables) && !this.#declared.some((one) => one.startsWith(`$${name}:`))) {
      this.#declared.push(name === 'byDefault' ? `$${name}: Boolean = true` : `$${name}: Boolean!`);
      if (name !== 'byDefault') this.#variables[name] = name === 'yes';
      else if (this.#random.chance(0.3)) this.#variables[name] = this.#random.pick([true, false, null]);
    }
    return ` ${directive}(if: $${name})`;
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    const given = field.args.flatMap(({ name, type, defaultValue }) => {
      const isNeeded = isNonNullType(type) && defaultValue === undefined;
      if (!isNeeded && this.#random.chance(0.5)) return [];
      const isVariable = name === 'representations' || this.#random.chance(0.5);
      return [`${name}: ${isVariable ? this.#variable(name, type) : this.#literal(type)}`];
    });
    return given.length === 0 ? '' : `(${given.join(' ')})`;
  }

  #variable(argument: string, type: GraphQLInputType): string {
    const name = `v${this.#made}`;
    this.#made += 1;
    const byDefault = this.#random.chance(0.2) && argument !== 'representations';
    // With a default the variable may be nullable for a non-null argument.
    const declared = byDefault ? `${getNullableType(type)} = ${this.#literal(type)}` : String(type);
    // The printed type has the name of the implementation of the scalar. The document needs the name from the SDL.
    this.#declared.push(`$${name}: ${declared.replace('DateTimeISO', 'DateTime')}`);
    const dice = this.#random.next();
    if (argument === 'representations')
      this.#variables[name] = Array.from({ length: this.#random.between(0, 5) }, () =>
        this.#makeRepresentation(this.#random),
      );
    else if (dice < (byDefault ? 0.3 : 0.03)) this.#variables[name] = null;
    else if (dice < (byDefault ? 0.31 : 0.04)) this.#variables[name] = { wrong: [1] };
    else if (dice < (byDefault || !isNonNullType(type) ? 0.5 : 0.05)) return `$${name}`;
    else this.#variables[name] = this.#value(type);
    return `$${name}`;
  }

  #literal(type: GraphQLInputType): string {
    const write = (value: unknown, of: GraphQLInputType): string => {
      const inner = getNullableType(of);
      if (value === null) return 'null';
      if (isListType(inner) && Array.isArray(value))
        return `[${value.map((item) => write(item, inner.ofType)).join(' ')}]`;
      if (!isInputObjectType(inner)) return isEnumType(inner) ? String(value) : JSON.stringify(value);
      const fields = Object.entries(value as object).map(
        ([name, part]) => `${name}: ${write(part, inner.getFields()[name]?.type ?? inner)}`,
      );
      return `{ ${fields.join(' ')} }`;
    };
    return write(this.#value(type), type);
  }

  /** A JSON value of the type. */
  #value(type: GraphQLInputType, depth = 2): unknown {
    if (!isNonNullType(type) && this.#random.chance(0.1)) return null;
    const inner = getNullableType(type);
    if (isListType(inner))
      return Array.from({ length: this.#random.between(0, 2) }, () => this.#value(inner.ofType, depth));
    if (isEnumType(inner)) return this.#random.pick(inner.getValues()).name;
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter(
        (field) => isRequiredInputField(field) || (depth > 0 && this.#random.chance(0.5)),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, depth - 1)]));
    }
    const number = this.#random.between(0, 3);
    const simple: Record<string, unknown> = {
      Int: number,
      Float: number + 0.5,
      Boolean: number > 1,
      ID: `id-${number}`,
      DateTimeISO: '2026-01-02T03:04:05.000Z',
      Decimal: '12.50',
      Currency: 'EUR',
    };
    return simple[inner.name] ?? `text ${number}`;
  }
}
