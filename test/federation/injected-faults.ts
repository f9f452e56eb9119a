// Faults of subgraphs, drawn by number: a field fails or is null, an entity is gone, a subgraph is down, an answer is nonsense.
// The same number makes the same faults, whoever asks and in whatever order.
import { defaultFieldResolver, type GraphQLSchema, isListType, isObjectType } from 'graphql';
import type { Execute, SubgraphResponse } from '../../platform/calls/call.ts';
import { Refusal } from '../../platform/values/refusal.ts';

export type FaultKind = 'none' | 'fields' | 'entities' | 'down' | 'nonsense';

export interface Faults {
  kind: FaultKind;
  seed: number;
}

/** The faults that hold at the moment. */
export interface Weather {
  now: Faults;
}

/** Fields of every type are drawn for, but not those in `spared`. */
export function withFaultyFields(
  schema: GraphQLSchema,
  weather: Weather,
  spared: ReadonlySet<string>,
): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_') || spared.has(field.name)) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        const dice = drawn(weather.now, 'fields', `${type.name}.${field.name}`);
        if (dice < 0.06) throw new Refusal('DRAWN', 'A fault that was drawn.');
        if (dice < 0.1) return null;
        if (dice < 0.12 && isListType(field.type)) return [null];
        return resolve(source, args, context, info);
      };
    }
  }
  const entities = schema.getQueryType()?.getFields()._entities;
  const resolve = entities?.resolve;
  if (entities === undefined || resolve === undefined) return schema;
  entities.resolve = async (source, args, context, info) => {
    const found = (await resolve(source, args, context, info)) as unknown[];
    return found.map((entity, index) =>
      drawn(weather.now, 'entities', JSON.stringify(args.representations[index])) < 0.25 ? null : entity,
    );
  };
  return schema;
}

/** Around the way to a subgraph. */
export function withFaultyAnswers(name: string, execute: Execute, weather: Weather): Execute {
  return async (operation, call) => {
    if (drawn(weather.now, 'down', name) < 0.4) throw new Error('cannot be reached');
    const answer = await execute(operation, call);
    if (weather.now.kind !== 'nonsense') return answer;
    return nonsense(JSON.parse(JSON.stringify(answer)), (place) =>
      drawn(weather.now, 'nonsense', `${operation.query} ${place}`),
    ) as SubgraphResponse;
  };
}

const strange = [null, 7, 'text', [], {}, { __typename: 'Nobody' }, true, 0.5, [null], [[{}]]];

/** One place in fifty is something else. */
function nonsense(value: unknown, draw: (place: string) => number, place = ''): unknown {
  const dice = draw(place);
  if (dice < 0.02) return strange[Math.floor(dice * 50 * strange.length)];
  if (Array.isArray(value)) {
    const items = dice < 0.03 ? value.slice(1) : value;
    return items.map((item, index) => nonsense(item, draw, `${place}.${index}`));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => draw(`${place}.${key}?`) > 0.01)
      .map(([key, inside]) => [key, nonsense(inside, draw, `${place}.${key}`)]),
  );
}

/** One for each text; never low while other faults hold. */
function drawn({ kind, seed }: Faults, wanted: FaultKind, text: string): number {
  if (kind !== wanted) return 1;
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

/** In keys, and in what somebody provides: what is lost with them depends on the way to an entity. */
export function namesOnWays(sdls: readonly string[]): ReadonlySet<string> {
  const sets = sdls.flatMap((sdl) => [...sdl.matchAll(/@(?:key|provides)\(fields: "([^"]*)"/g)]);
  return new Set(sets.flatMap(([, fields = '']) => fields.match(/\w+/g) ?? []));
}
