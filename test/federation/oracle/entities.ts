// The graph as federation defines it, one field of one object at a time: a field is resolved by a subgraph that owns it, on
// the object as that subgraph knows it, and where it does not know it, by a reference with a key and with what the field
// requires. No plan, no batch, no merge: slow, and simple enough to be believed.
import {
  defaultFieldResolver,
  defaultTypeResolver,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  print,
  type SelectionSetNode,
} from 'graphql';
// Neither is in the package's index.
import { getArgumentValues } from 'graphql/execution/values.js';
import { completed } from './complete-value.ts';
import { Absence, type Held, lazy, Thing } from './graph-object.ts';
import type { Owner, Owners } from './owners.ts';

export interface Graph {
  owners: Owners;
  /** Of each subgraph, executable. */
  schemas: ReadonlyMap<string, GraphQLSchema>;
  /** With what clients cannot see. */
  supergraph: GraphQLSchema;
}

type Variables = Record<string, unknown>;
type Subgraphs = ReadonlySet<string>;

const nowhere: Subgraphs = new Set();

export class Entities {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  root(operation: 'query' | 'mutation'): Thing {
    const held = [...this.#graph.schemas].flatMap(([subgraph, schema]): [string, Held][] => {
      const type = operation === 'query' ? schema.getQueryType() : schema.getMutationType();
      return type ? [[subgraph, { type: type.name, value: async () => ({}) }]] : [];
    });
    return new Thing(new Map(held));
  }

  /** Rejects with Absence where nothing is. `visited`: subgraphs on the way to which this is asked. */
  async field(
    thing: Thing,
    type: string,
    node: FieldNode,
    variables: Variables,
    visited = nowhere,
  ): Promise<unknown> {
    const name = node.name.value;
    const owners = this.#graph.owners.of(type, name);
    const knowing = owners.filter(({ subgraph, requires }) => !requires && thing.held.has(subgraph));
    const others = owners.filter(
      (owner) => !knowing.includes(owner) && this.#leadsTo(thing, type, owner, visited),
    );
    const asked = [...knowing, ...others].map((owner) => ({
      owner,
      value: lazy(() => this.#ask(thing, type, owner, node, variables, visited)),
    }));
    const [first] = asked;
    if (first === undefined) throw new Error(`nobody leads to ${type}.${name}`);
    const declared = this.#fieldOf(first.owner, name).type;
    // From the payload of a mutation on it is an ordinary query: everybody's.
    if (getNamedType(declared).name === this.#graph.supergraph.getQueryType()?.name)
      return this.root('query');
    if (isLeafType(getNamedType(declared))) return completed(declared, await first.value(), []);
    const ways = asked.map(({ owner, value }) => ({
      subgraph: owner.subgraph,
      type: getNamedType(this.#fieldOf(owner, name).type).name,
      value,
    }));
    return completed(declared, await first.value(), ways);
  }

  /** The name of its object type. */
  typename(thing: Thing): Promise<string> {
    thing.typename ??= this.#typename(thing);
    return thing.typename;
  }

  async #typename(thing: Thing): Promise<string> {
    for (const [subgraph, { type, value }] of thing.held) {
      const found = this.#graph.schemas.get(subgraph)?.getType(type);
      if (isObjectType(found) && isObjectType(this.#graph.supergraph.getType(type))) return type;
      if (isAbstractType(found)) return this.#nameBy(subgraph, type, await value());
    }
    // Known as an interface only: somebody who has the interface itself must say.
    const [known] = thing.held.values();
    const type = known?.type ?? '';
    for (const subgraph of this.#graph.owners.subgraphs)
      if (isAbstractType(this.#graph.schemas.get(subgraph)?.getType(type)))
        return this.#nameBy(
          subgraph,
          type,
          await this.#follow(thing, type, { subgraph, type, requires: undefined }, nowhere),
        );
    throw new Error(`nobody knows the types of ${type}`);
  }

  async #nameBy(subgraph: string, name: string, value: unknown): Promise<string> {
    const schema = this.#graph.schemas.get(subgraph);
    const type = schema?.getType(name);
    if (!isAbstractType(type)) throw new Error(`${subgraph} has no interface or union ${name}`);
    if (value === null || value === undefined) throw new Absence(`there is no ${name}`);
    const info = { schema } as never;
    const found = await (type.resolveType ?? defaultTypeResolver)(value, {}, info, type);
    if (typeof found !== 'string') throw new Error(`a ${name} of no type`);
    return found;
  }

  #fieldOf({ subgraph, type }: Owner, name: string) {
    const found = this.#graph.schemas.get(subgraph)?.getType(type) as GraphQLObjectType;
    const field = found.getFields()[name];
    if (field === undefined) throw new Error(`${subgraph} has no ${type}.${name}`);
    return field;
  }

  async #ask(
    thing: Thing,
    type: string,
    owner: Owner,
    node: FieldNode,
    variables: Variables,
    visited: Subgraphs,
  ) {
    const held = owner.requires === undefined ? thing.held.get(owner.subgraph) : undefined;
    const source = held ? await held.value() : await this.#follow(thing, type, owner, visited);
    if (source === null || source === undefined) throw new Absence(`${owner.subgraph} has no such ${type}`);
    const field = this.#fieldOf(owner, node.name.value);
    const args = getArgumentValues(field, node, variables);
    const info = { fieldName: field.name } as never;
    return (field.resolve ?? defaultFieldResolver)(source, args, {}, info);
  }

  /** The object that a subgraph finds by a reference. */
  #follow(thing: Thing, type: string, owner: Owner, visited: Subgraphs): Promise<unknown> {
    const told = owner.requires === undefined ? '' : print(owner.requires);
    const place = `${owner.subgraph} ${owner.type} ${told}`;
    const known = thing.followed.get(place) ?? this.#refer(thing, type, owner, visited);
    thing.followed.set(place, known);
    return known;
  }

  async #refer(thing: Thing, type: string, owner: Owner, visited: Subgraphs): Promise<unknown> {
    const { subgraph } = owner;
    const key = this.#keyFor(thing, type, owner, visited);
    if (key === undefined) throw new Error(`no key leads to ${type} in ${subgraph}`);
    const representation = {
      __typename: owner.type,
      ...(await this.#select(thing, type, key, new Set([...visited, subgraph]))),
      ...(owner.requires && (await this.#select(thing, type, owner.requires, nowhere))),
    };
    const schema = this.#graph.schemas.get(subgraph);
    const resolve = schema?.getQueryType()?.getFields()._entities?.resolve;
    const args = { representations: [representation] };
    const found = (await resolve?.({}, args, {}, { schema } as never)) as unknown[];
    const [entity] = await Promise.all(found);
    if (entity instanceof Error) throw entity;
    return entity;
  }

  #leadsTo(thing: Thing, type: string, owner: Owner, visited: Subgraphs): boolean {
    return !visited.has(owner.subgraph) && this.#keyFor(thing, type, owner, visited) !== undefined;
  }

  #keyFor(thing: Thing, type: string, owner: Owner, visited: Subgraphs): SelectionSetNode | undefined {
    const { subgraph } = owner;
    const within = new Set([...visited, subgraph]);
    return this.#graph.owners
      .keys(subgraph, owner.type)
      .find(({ selections }) =>
        selections.every(
          (node) =>
            node.kind === Kind.FIELD &&
            this.#graph.owners
              .of(type, node.name.value)
              .some(
                (other) =>
                  other.requires === undefined &&
                  (thing.held.has(other.subgraph) || this.#leadsTo(thing, type, other, within)),
              ),
        ),
      );
  }

  /** What a reference says of an object. */
  async #select(thing: Thing, type: string, set: SelectionSetNode, visited: Subgraphs): Promise<Variables> {
    const selected: Variables = {};
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD && node.name.value === '__typename') selected.__typename = type;
      else if (node.kind === Kind.FIELD)
        selected[node.name.value] = await this.#told(thing, type, node, visited);
      else if (node.kind === Kind.INLINE_FRAGMENT && this.#applies(node.typeCondition?.name.value, type))
        Object.assign(selected, await this.#select(thing, type, node.selectionSet, visited));
    }
    return selected;
  }

  async #told(thing: Thing, type: string, node: FieldNode, visited: Subgraphs): Promise<unknown> {
    const field = (this.#graph.supergraph.getType(type) as GraphQLObjectType).getFields()[node.name.value];
    const value = this.field(thing, type, node, {}, visited);
    return this.#plain(field?.type, value, node);
  }

  /** What failed in its subgraph is null to another one, where it may be. Where nothing was found there is nothing to tell. */
  async #plain(type: GraphQLOutputType | undefined, given: unknown, node: FieldNode): Promise<unknown> {
    try {
      const value = await given;
      if (value instanceof Error) throw value;
      const nullable = type && getNullableType(type);
      if (Array.isArray(value)) {
        const item = isListType(nullable) ? nullable.ofType : undefined;
        return await Promise.all(value.map((inside) => this.#plain(item, inside, node)));
      }
      if (!(value instanceof Thing) || node.selectionSet === undefined) return value;
      const name = await this.typename(value);
      return { __typename: name, ...(await this.#select(value, name, node.selectionSet, nowhere)) };
    } catch (cause) {
      if (cause instanceof Absence || isNonNullType(type)) throw cause;
      return null;
    }
  }

  #applies(condition: string | undefined, type: string): boolean {
    if (condition === undefined || condition === type) return true;
    const { supergraph } = this.#graph;
    const [wide, narrow] = [supergraph.getType(condition), supergraph.getType(type)];
    return isAbstractType(wide) && isObjectType(narrow) && supergraph.isSubType(wide, narrow);
  }
}
