// The JSON schemas of events: of the data that a publisher declares, and of the fields that a follower reads.
import { z } from 'zod';

/** The parts of a JSON schema that the check of events looks into. All others are compared as they are. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/**
 * Throws for a schema that JSON cannot express. The result leaves out what binds only the publisher or comes from zod, so that it is the
 * promise to followers: that there are no further members, the bounds of exact integers, and the pattern with which zod checks a format.
 */
export function buildJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...built } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    cycles: 'throw',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return built as JsonSchema;
}

export interface Field {
  /** `lines[].unitPrice.amount` */
  path: string;
  /** What it holds, for people: `integer, > 0`. */
  value: string;
}

/** The fields of an object without members of their own, in the order of their declaration. */
export function listFields({ properties = {}, required = [] }: JsonSchema, prefix = ''): Field[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    listValue(schema, `${prefix}${name}`, required.includes(name) ? '' : ', optional'),
  );
}

function listValue(schema: JsonSchema, path: string, remark: string): Field[] {
  const nullable = findNullable(schema);
  if (nullable !== undefined) return listValue(nullable, path, `, or null${remark}`);
  if (schema.properties !== undefined) {
    const all = listFields(schema, `${path}.`);
    return remark === '' ? all : [{ path, value: `object${remark}` }, ...all];
  }
  if (schema.items !== undefined) return listValue(schema.items, `${path}[]`, remark);
  return [{ path, value: `${describeValue(schema)}${remark}` }];
}

/** The schema of the value beside null; undefined for one that is never null. */
export function findNullable(schema: JsonSchema): JsonSchema | undefined {
  const { type, anyOf = [] } = schema;
  if (Array.isArray(type) && type.length === 2 && type.includes('null'))
    return { ...schema, type: type.find((name) => name !== 'null') };
  const [first, ...more] = anyOf.filter(({ type }) => type !== 'null');
  return more.length === 0 && anyOf.length === 2 ? first : undefined;
}

const bounds: Readonly<Record<string, string>> = {
  minimum: '≥',
  exclusiveMinimum: '>',
  maximum: '≤',
  exclusiveMaximum: '<',
};

function describeValue(schema: JsonSchema): string {
  const { type, format, pattern, enum: values, const: only } = schema;
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' or ');
  const limits = Object.entries(bounds).flatMap(([keyword, sign]) =>
    schema[keyword] === undefined ? [] : [`${sign} ${schema[keyword]}`],
  );
  const name = String(format ?? type ?? 'any JSON');
  return [name, ...(pattern === undefined ? [] : [`like ${pattern}`]), ...limits].join(', ');
}
