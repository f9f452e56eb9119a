// Generates argument values for generated operations: as literals, as variables, and as variables inside literals.
import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';

/** A number from 0 up to 1, another one each time: the `next` of a seeded Random (support/random.ts). */
export type Chance = () => number;

/** Variables for @skip and @include. An operation defines those that it uses. */
const conditions: Readonly<Record<string, { definition: string; value?: boolean }>> = {
  yes: { definition: '$yes: Boolean!', value: true },
  no: { definition: '$no: Boolean!', value: false },
  usually: { definition: '$usually: Boolean! = true' },
  rarely: { definition: '$rarely: Boolean = false' },
};

/** The variables of one operation: their definitions and their values. */
export class GeneratedVariables {
  readonly values: Record<string, unknown> = {};
  readonly #chance: Chance;
  readonly #definitions = new Map<string, string>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  printCondition(name: string): string {
    const { definition, value } = conditions[name] ?? { definition: '' };
    this.#definitions.set(name, definition);
    if (value !== undefined) this.values[name] = value;
    return `$${name}`;
  }

  /** The definitions of the variables that a text uses. */
  printDefinitions(text: string): string {
    const used = [...this.#definitions].filter(([name]) => new RegExp(`\\$${name}\\b`).test(text));
    return used.length === 0 ? '' : `(${used.map(([, definition]) => definition).join(', ')})`;
  }

  /** Prints a value as a literal, or now and then as a variable in place of the value or of a part of it. */
  printValue(type: GraphQLInputType, value: unknown): string {
    if (this.#chance() < 0.3) return this.#variable(type, value);
    const nullable = getNullableType(type);
    if (value === null) return 'null';
    if (isListType(nullable)) {
      if (!Array.isArray(value)) return this.printValue(nullable.ofType, value);
      return `[${value.map((item) => this.printValue(nullable.ofType, item)).join(', ')}]`;
    }
    if (isEnumType(nullable)) return String(value);
    if (!isInputObjectType(nullable)) return JSON.stringify(value);
    const fields = nullable.getFields();
    const entries = Object.entries(value as object).map(([name, inside]) => {
      const field = fields[name];
      return `${name}: ${field === undefined ? 'null' : this.printValue(field.type, inside)}`;
    });
    return `{ ${entries.join(', ')} }`;
  }

  #variable(type: GraphQLInputType, value: unknown): string {
    const name = `v${this.#definitions.size}`;
    const hasDefault = isNonNullType(type) && this.#chance() < 0.2;
    this.#definitions.set(name, `$${name}: ${type}${hasDefault ? ` = ${printLiteral(type, value)}` : ''}`);
    // Without a value, the default value applies.
    if (!hasDefault) this.values[name] = value;
    return `$${name}`;
  }
}

function printLiteral(type: GraphQLInputType, value: unknown): string {
  return new GeneratedVariables(() => 1).printValue(type, value);
}

/** A value in the form of JSON. */
export function generateValue(chance: Chance, inputType: GraphQLInputType): unknown {
  if (!isNonNullType(inputType) && chance() < 0.1) return null;
  const type = getNullableType(inputType);
  if (isListType(type)) return chance() < 0.2 ? [] : [generateValue(chance, type.ofType)];
  if (isEnumType(type)) {
    const values = type.getValues();
    return values[Math.floor(chance() * values.length)]?.name ?? null;
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || chance() < 0.4,
    );
    return Object.fromEntries(fields.map((field) => [field.name, generateValue(chance, field.type)]));
  }
  const number = 1 + Math.floor(chance() * 3);
  const simple: Record<string, unknown> = {
    Int: number,
    Float: number + 0.5,
    Boolean: chance() < 0.5,
    ID: String(number),
  };
  return simple[type.name] ?? 'text';
}
