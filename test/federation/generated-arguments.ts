// Values of arguments for questions that are made up: as literals, as variables, and as variables inside literals.
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

/** For @skip and @include: every question declares those that it uses. */
const conditions: Readonly<Record<string, { declared: string; value?: boolean }>> = {
  yes: { declared: '$yes: Boolean!', value: true },
  no: { declared: '$no: Boolean!', value: false },
  usually: { declared: '$usually: Boolean! = true' },
  rarely: { declared: '$rarely: Boolean = false' },
};

/** What one question gives, beside its text. */
export class Given {
  readonly values: Record<string, unknown> = {};
  readonly #chance: Chance;
  readonly #declared = new Map<string, string>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  condition(name: string): string {
    const { declared, value } = conditions[name] ?? { declared: '' };
    this.#declared.set(name, declared);
    if (value !== undefined) this.values[name] = value;
    return `$${name}`;
  }

  /** The variables that a text uses, as it must declare them. */
  declared(text: string): string {
    const used = [...this.#declared].filter(([name]) => new RegExp(`\\$${name}\\b`).test(text));
    return used.length === 0 ? '' : `(${used.map(([, declared]) => declared).join(', ')})`;
  }

  /** A variable now and then, in place of the whole or of a part. */
  literal(type: GraphQLInputType, value: unknown): string {
    if (this.#chance() < 0.3) return this.#variable(type, value);
    const nullable = getNullableType(type);
    if (value === null) return 'null';
    if (isListType(nullable)) {
      if (!Array.isArray(value)) return this.literal(nullable.ofType, value);
      return `[${value.map((item) => this.literal(nullable.ofType, item)).join(', ')}]`;
    }
    if (isEnumType(nullable)) return String(value);
    if (!isInputObjectType(nullable)) return JSON.stringify(value);
    const fields = nullable.getFields();
    const entries = Object.entries(value as object).map(([name, inside]) => {
      const field = fields[name];
      return `${name}: ${field === undefined ? 'null' : this.literal(field.type, inside)}`;
    });
    return `{ ${entries.join(', ')} }`;
  }

  #variable(type: GraphQLInputType, value: unknown): string {
    const name = `v${this.#declared.size}`;
    const isPreset = isNonNullType(type) && this.#chance() < 0.2;
    this.#declared.set(name, `$${name}: ${type}${isPreset ? ` = ${plainLiteral(type, value)}` : ''}`);
    // Left out, the preset stands in for it.
    if (!isPreset) this.values[name] = value;
    return `$${name}`;
  }
}

function plainLiteral(type: GraphQLInputType, value: unknown): string {
  return new Given(() => 1).literal(type, value);
}

/** As JSON has it. */
export function madeUpValue(chance: Chance, given: GraphQLInputType): unknown {
  if (!isNonNullType(given) && chance() < 0.1) return null;
  const type = getNullableType(given);
  if (isListType(type)) return chance() < 0.2 ? [] : [madeUpValue(chance, type.ofType)];
  if (isEnumType(type)) {
    const values = type.getValues();
    return values[Math.floor(chance() * values.length)]?.name ?? null;
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || chance() < 0.4,
    );
    return Object.fromEntries(fields.map((field) => [field.name, madeUpValue(chance, field.type)]));
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
