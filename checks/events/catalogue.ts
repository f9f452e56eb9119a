// The catalogue of events: who publishes which types, and which followers read which fields of them. The definitions of the subgraphs
// are its only source.
import type { SubgraphDefinition } from '../../platform/subgraph/definition.ts';
import { buildJsonSchema, type JsonSchema } from './json-schema.ts';

export interface Publisher {
  name: string;
  types: readonly CataloguedType[];
}

export interface CataloguedType {
  name: string;
  description: string;
  data: JsonSchema;
  followers: readonly CataloguedFollower[];
}

export interface CataloguedFollower {
  subgraph: string;
  follower: string;
  /** The fields that it reads, in the types that it accepts. */
  reads: JsonSchema;
}

export type EventDefinitions = readonly Pick<SubgraphDefinition, 'name' | 'events' | 'followers'>[];

/** The publishers in the order of the definitions. A subgraph without events is none of them. */
export function buildCatalogue(definitions: EventDefinitions): Publisher[] {
  return definitions.flatMap(({ name: publisher, events = [] }) => {
    const types = events.map(({ name, description, data }) => ({
      name,
      description,
      data: buildJsonSchema(data, 'output'),
      followers: findFollowers(definitions, publisher, name),
    }));
    return types.length === 0 ? [] : [{ name: publisher, types }];
  });
}

function findFollowers(definitions: EventDefinitions, publisher: string, type: string): CataloguedFollower[] {
  return definitions.flatMap(({ name: subgraph, followers = {} }) =>
    Object.entries(followers).flatMap(([follower, { publisher: followed, handlers }]) => {
      const reads = followed === publisher ? handlers[type]?.reads : undefined;
      return reads === undefined ? [] : [{ subgraph, follower, reads: buildJsonSchema(reads, 'input') }];
    }),
  );
}

/** `purchases/discontinued-products` */
export function nameFollower({ subgraph, follower }: CataloguedFollower): string {
  return `${subgraph}/${follower}`;
}
