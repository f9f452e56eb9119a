// Reads fields and types from the executable schemas of the subgraphs, for the oracle.
import {
  defaultTypeResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { MissingObject } from './graph-object.ts';
import type { Owner, Owners } from './owners.ts';

export interface Graph {
  owners: Owners;
  /** The executable schema of each subgraph. */
  schemas: ReadonlyMap<string, GraphQLSchema>;
  /** Includes the types and fields that clients cannot see. */
  supergraph: GraphQLSchema;
}

export function findField({ schemas }: Graph, { subgraph, type }: Owner, name: string) {
  const found = schemas.get(subgraph)?.getType(type) as GraphQLObjectType;
  const field = found.getFields()[name];
  if (field === undefined) throw new Error(`${subgraph} has no ${type}.${name}`);
  return field;
}

/** The name of the object type that a subgraph gives to a value of an interface or a union. */
export async function resolveObjectType(
  { schemas }: Graph,
  subgraph: string,
  name: string,
  value: unknown,
): Promise<string> {
  const schema = schemas.get(subgraph);
  const type = schema?.getType(name);
  if (!isAbstractType(type)) throw new Error(`${subgraph} has no interface or union ${name}`);
  if (value === null || value === undefined) throw new MissingObject(`there is no ${name}`);
  const info = { schema } as never;
  const found = await (type.resolveType ?? defaultTypeResolver)(value, {}, info, type);
  if (typeof found !== 'string') throw new Error(`a ${name} without an object type`);
  return found;
}

export function meetsTypeCondition(
  supergraph: GraphQLSchema,
  condition: string | undefined,
  type: string,
): boolean {
  if (condition === undefined || condition === type) return true;
  const [conditionType, objectType] = [supergraph.getType(condition), supergraph.getType(type)];
  return (
    isAbstractType(conditionType) &&
    isObjectType(objectType) &&
    supergraph.isSubType(conditionType, objectType)
  );
}
