// A world of resolvers for any SDL. The seed and the path of a field decide its value, its failure, and whether it is promised, so
// that two executors meet the same resolvers. Promised values arrive one by one, when the test lets them.
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Viewer } from '../../../platform/identity/viewer.ts';
import { buildExecutableSchema } from '../../../platform/subgraph/schema.ts';
import type { ResolverMap } from '../../../platform/subgraph/unanswered-fields.ts';
import { Refusal } from '../../../platform/values/refusal.ts';
import { createRandom, type Random } from '../../support/random.ts';

/** The state of one execution: the calls of resolvers, and their open promises. */
export interface World {
  schema: GraphQLSchema;
  viewer: Viewer;
  random: Random;
  /** Calls of resolvers and arrivals, in the order in which they happened. */
  log: string[];
  /** Promised values that have not arrived, each with its path. */
  promised: { where: string; arrive: () => void }[];
}

export function newWorld(schema: GraphQLSchema, seed: number, viewer: Viewer): World {
  return { schema, viewer, random: createRandom(seed), log: [], promised: [] };
}

interface Source {
  where: string;
}

/** Half of the fields, chosen by name, have resolvers; the others are properties. */
export function worldSchema(sdl: string): GraphQLSchema {
  const bare = buildExecutableSchema(sdl, {});
  const resolvers: ResolverMap = {};
  for (const type of Object.values(bare.getTypeMap())) {
    if (type.name === 'Odd') resolvers.Odd = oddScalar;
    if (type.name.startsWith('_') || !isObjectType(type)) continue;
    const isRoot = Object.values({ q: bare.getQueryType(), m: bare.getMutationType() }).includes(type);
    const own: ResolverMap = Object.create(null);
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_')) continue;
      if (isRoot || createRandom(1).fork(`${type.name}.${field.name}`).chance(0.5))
        own[field.name] = createResolver(field.type);
    }
    if (type.astNode?.directives?.some(({ name }) => name.value === 'key'))
      own.__resolveReference = (reference: { id: unknown }, world: World) =>
        fieldValue(world, type, `${type.name}!${String(reference.id)}`);
    resolvers[type.name] = own;
  }
  const schema = buildExecutableSchema(sdl, resolvers);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('_')) continue;
    if (isAbstractType(type) && type.name.startsWith('Told')) type.resolveType = resolveType;
    if (isObjectType(type) && type.name.startsWith('Checked')) type.isTypeOf = isTypeOf;
  }
  return schema;
}

/** Serializes to nothing or throws, for two of its values. */
const oddScalar = new GraphQLScalarType({
  name: 'Odd',
  serialize: (value) => {
    if (value === 'fail') throw new Refusal('ODD', 'This is odd.', { number: 1 });
    return value === 'nothing' ? undefined : { odd: value };
  },
});

function createResolver(type: GraphQLOutputType) {
  return (source: Source | undefined, args: object, world: World, info: GraphQLResolveInfo) => {
    world.log.push(`${describeInfo(info)} ${JSON.stringify(args)}`);
    const where = `${source?.where ?? ''}.${info.fieldName}${JSON.stringify(args)}`;
    // A resolver may change its arguments, and this one does.
    for (const name of Object.keys(args)) Reflect.deleteProperty(args, name);
    return fieldValue(world, type, where);
  };
}

/** Describes the whole info that a resolver receives. */
function describeInfo(info: GraphQLResolveInfo): string {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at !== undefined; at = at.prev)
    keys.unshift(at.typename === undefined ? at.key : `${at.typename}:${at.key}`);
  const nodes = info.fieldNodes.map(({ loc }) => loc?.start);
  const names = `${info.parentType}.${info.fieldName} ${info.returnType} ${info.operation.name?.value}`;
  const rest = [info.variableValues, Object.keys(info.fragments), info.rootValue, info.schema.getQueryType()];
  return `${keys.join('/')} ${names} ${nodes} ${JSON.stringify(rest)}`;
}

/** Returns a value, null or one of many failures, at once or promised: the same for the same world and path. */
function fieldValue(world: World, type: GraphQLOutputType, where: string): unknown {
  const random = world.random.fork(where);
  const dice = random.next();
  return nowOrLater(world, random, where, () => {
    if (dice < 0.02) throw new Error(`failed at ${where}`);
    if (dice < 0.04) throw new Refusal('NO', `refused at ${where}`);
    if (dice < 0.05) throw `thrown ${where}`;
    if (dice < 0.06) return new Error(`answered ${where}`);
    if (dice < 0.1) return random.pick([null, undefined]);
    if (dice < 0.12) return random.pick<unknown>([{}, 'what?', 7, [[]], Number.NaN]);
    return goodValue(world, random, type, where);
  });
}

function nowOrLater(world: World, random: Random, where: string, make: () => unknown): unknown {
  if (!random.chance(0.3)) return make();
  const promise = new Promise((resolve, reject) => {
    const arrive = () => {
      world.log.push(`arrived ${where}`);
      try {
        resolve(make());
      } catch (cause) {
        reject(cause);
      }
    };
    world.promised.push({ where, arrive });
  });
  // An executor may ignore this promise. The promises that the executor derives from it must be handled.
  promise.catch(() => {});
  return promise;
}

function goodValue(world: World, random: Random, given: GraphQLOutputType, where: string): unknown {
  const type = getNullableType(given);
  if (isListType(type)) {
    const list = Array.from({ length: random.between(0, 3) }, (_, index) => {
      try {
        return fieldValue(world, type.ofType, `${where}[${index}]`);
      } catch (cause) {
        return cause instanceof Error ? cause : undefined;
      }
    });
    return random.chance(0.2) ? new Set(list) : list;
  }
  if (isEnumType(type)) return random.pick([...type.getValues().map(({ value }) => value), 'no such value']);
  if (isObjectType(type)) return createSource(world, type, where);
  if (isAbstractType(type))
    return createSource(world, random.pick(world.schema.getPossibleTypes(type)), where);
  return random.pick(
    leafValues[getNamedType(type).name] ?? ['text', 'text', 'text', 5, true, { no: 'text' }],
  );
}

const leafValues: Readonly<Record<string, readonly unknown[]>> = {
  Int: [1, -7, 0, 2 ** 31 - 1, 2 ** 31, 1.5, '12', true],
  Float: [1, 0.5, 2 ** 40, '1.5', 'x', true],
  Boolean: [true, false, 1, 'true'],
  ID: ['id', 'id', 12, 1.5],
  DateTimeISO: [new Date(0), new Date(1e12), '2026-01-02T03:04:05Z', 'no date'],
  Decimal: ['1.50', '0', 1.5],
  Currency: ['EUR', 'XYZ'],
  Odd: ['value', 'fail', 'nothing'],
};

/** A source object with a property for each field. Some of the properties are methods. */
function createSource(world: World, type: GraphQLObjectType, where: string): Source {
  const source: Source = { where };
  if (world.random.fork(where).chance(0.9)) Object.assign(source, { __typename: type.name });
  for (const field of Object.values(type.getFields())) {
    const isMethod = createRandom(3).fork(`${type.name}.${field.name}`).chance(0.4);
    const get = () => {
      if (isMethod)
        return (args: object, ...rest: [World, GraphQLResolveInfo]) => call(source, args, ...rest);
      world.log.push(`read ${where}.${field.name}`);
      return fieldValue(world, field.type, `${where}.${field.name}`);
    };
    const call = createResolver(field.type);
    Object.defineProperty(source, field.name, { get, enumerable: true, configurable: true });
  }
  return source;
}

/** Finds the object type of a value. It is mostly right. */
function resolveType(value: unknown, world: World, info: GraphQLResolveInfo) {
  const { where = '', __typename: name } = Object(value) as { where?: string; __typename?: unknown };
  world.log.push(`named ${where} ${describeInfo(info)}`);
  const random = world.random.fork(`${where} named`);
  return nowOrLater(world, random, `${where} named`, () => {
    if (random.chance(0.03)) throw new Error(`no name for ${where}`);
    if (random.chance(0.8)) return name;
    return random.pick<unknown>(['Query', 'NoSuchType', 'Named', undefined, 7, world.schema.getQueryType()]);
  }) as string;
}

function isTypeOf(value: unknown, world: World, info: GraphQLResolveInfo) {
  const { where = '' } = Object(value) as { where?: string };
  world.log.push(`checked ${where} ${describeInfo(info)}`);
  const random = world.random.fork(`${where} checked`);
  return nowOrLater(world, random, `${where} checked`, () => {
    if (random.chance(0.03)) throw new Error(`cannot check ${where}`);
    return random.chance(0.9);
  }) as boolean;
}
