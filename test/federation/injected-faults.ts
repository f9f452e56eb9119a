// Injects faults into subgraphs, by a seed: a field fails or is null, an entity does not exist, a subgraph is down, or a response
// is invalid. The same seed makes the same faults, for each caller and in any order.
import { defaultFieldResolver, type GraphQLSchema, isListType, isObjectType } from 'graphql';
import type { Execute, SubgraphResponse } from '../../platform/calls/call.ts';
import { Refusal } from '../../platform/values/refusal.ts';

export type FaultKind = 'none' | 'fields' | 'entities' | 'down' | 'nonsense';

export interface Faults {
  kind: FaultKind;
  seed: number;
}

/** The faults that are injected now. A test changes them between two operations. */
export interface FaultSwitch {
  current: Faults;
}

/** Makes fields fail on each type, except those named in `spared`. */
export function addFaultsToFields(
  schema: GraphQLSchema,
  faultSwitch: FaultSwitch,
  spared: ReadonlySet<string>,
): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_') || spared.has(field.name)) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        const chance = drawNumber(faultSwitch.current, 'fields', `${type.name}.${field.name}`);
        if (chance < 0.06) throw new Refusal('DRAWN', 'An injected fault.');
        if (chance < 0.1) return null;
        if (chance < 0.12 && isListType(field.type)) return [null];
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
      drawNumber(faultSwitch.current, 'entities', JSON.stringify(args.representations[index])) < 0.25
        ? null
        : entity,
    );
  };
  return schema;
}

/** Makes the client of a subgraph fail, or corrupts its responses. */
export function addFaultsToClient(name: string, execute: Execute, faultSwitch: FaultSwitch): Execute {
  return async (operation, call) => {
    if (drawNumber(faultSwitch.current, 'down', name) < 0.4) throw new Error('the subgraph is down');
    const response = await execute(operation, call);
    if (faultSwitch.current.kind !== 'nonsense') return response;
    return corrupt(JSON.parse(JSON.stringify(response)), (path) =>
      drawNumber(faultSwitch.current, 'nonsense', `${operation.query} ${path}`),
    ) as SubgraphResponse;
  };
}

const invalidValues = [null, 7, 'text', [], {}, { __typename: 'Nobody' }, true, 0.5, [null], [[{}]]];

/** Replaces about one value in fifty by an invalid value, and drops some items and keys. */
function corrupt(value: unknown, draw: (path: string) => number, path = ''): unknown {
  const chance = draw(path);
  if (chance < 0.02) return invalidValues[Math.floor(chance * 50 * invalidValues.length)];
  if (Array.isArray(value)) {
    const items = chance < 0.03 ? value.slice(1) : value;
    return items.map((item, index) => corrupt(item, draw, `${path}.${index}`));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => draw(`${path}.${key}?`) > 0.01)
      .map(([key, inside]) => [key, corrupt(inside, draw, `${path}.${key}`)]),
  );
}

/** A number from 0 to 1 for each text, and 1 while other kinds of faults are injected. */
function drawNumber({ kind, seed }: Faults, wanted: FaultKind, text: string): number {
  if (kind !== wanted) return 1;
  let hash = seed ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
}

/** The fields of keys and of @provides. What is lost with them depends on the plan, so the oracle cannot predict it. */
export function findKeyFieldNames(sdls: readonly string[]): ReadonlySet<string> {
  const fieldSets = sdls.flatMap((sdl) => [...sdl.matchAll(/@(?:key|provides)\(fields: "([^"]*)"/g)]);
  return new Set(fieldSets.flatMap(([, fields = '']) => fields.match(/\w+/g) ?? []));
}
