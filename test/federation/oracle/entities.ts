// Resolves a graph as federation defines it, one field of one object at a time. A subgraph that owns the field resolves it on the
// object that the subgraph returned, or on the object that it finds by a reference with a key and the required fields. Without
// plan, batch or merge this is slow, and simple enough to trust.
import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
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
// The index of the package does not export it.
import { getArgumentValues } from 'graphql/execution/values.js';
import { completeValue } from './complete-value.ts';
import { createLazy, GraphObject, MissingObject, type SubgraphObject } from './graph-object.ts';
import type { Owner } from './owners.ts';
import { findField, type Graph, meetsTypeCondition, resolveObjectType } from './subgraph-schemas.ts';

type Variables = Record<string, unknown>;
type Subgraphs = ReadonlySet<string>;

const noSubgraphs: Subgraphs = new Set();

export class Entities {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  root(operation: 'query' | 'mutation'): GraphObject {
    const roots = [...this.#graph.schemas].flatMap(([subgraph, schema]): [string, SubgraphObject][] => {
      const type = operation === 'query' ? schema.getQueryType() : schema.getMutationType();
      return type ? [[subgraph, { type: type.name, value: async () => ({}) }]] : [];
    });
    return new GraphObject(new Map(roots));
  }

  /** Rejects with MissingObject where no object exists. `visited` are the subgraphs whose keys this field is read for. */
  async field(
    object: GraphObject,
    type: string,
    node: FieldNode,
    variables: Variables,
    visited = noSubgraphs,
  ): Promise<unknown> {
    const name = node.name.value;
    const owners = this.#graph.owners.find(type, name);
    const owning = owners.filter(({ subgraph, requires }) => !requires && object.bySubgraph.has(subgraph));
    const others = owners.filter(
      (owner) => !owning.includes(owner) && this.#canReach(object, type, owner, visited),
    );
    const candidates = [...owning, ...others].map((owner) => ({
      owner,
      value: createLazy(() => this.#resolve(object, type, owner, node, variables, visited)),
    }));
    const [first] = candidates;
    if (first === undefined) throw new Error(`no subgraph can resolve ${type}.${name}`);
    const declared = findField(this.#graph, first.owner, name).type;
    // A Query in the payload of a mutation is an ordinary query, which each subgraph can resolve.
    if (getNamedType(declared).name === this.#graph.supergraph.getQueryType()?.name)
      return this.root('query');
    if (isLeafType(getNamedType(declared))) return completeValue(declared, await first.value(), []);
    const subgraphValues = candidates.map(({ owner, value }) => ({
      subgraph: owner.subgraph,
      type: getNamedType(findField(this.#graph, owner, name).type).name,
      value,
    }));
    return completeValue(declared, await first.value(), subgraphValues);
  }

  /** The name of the object type. */
  typename(object: GraphObject): Promise<string> {
    object.typename ??= this.#typename(object);
    return object.typename;
  }

  async #typename(object: GraphObject): Promise<string> {
    for (const [subgraph, { type, value }] of object.bySubgraph) {
      const found = this.#graph.schemas.get(subgraph)?.getType(type);
      if (isObjectType(found) && isObjectType(this.#graph.supergraph.getType(type))) return type;
      if (isAbstractType(found)) return resolveObjectType(this.#graph, subgraph, type, await value());
    }
    // With @interfaceObject a subgraph knows one type only. A subgraph with the interface itself knows the object type.
    const [known] = object.bySubgraph.values();
    const type = known?.type ?? '';
    for (const subgraph of this.#graph.owners.subgraphs)
      if (isAbstractType(this.#graph.schemas.get(subgraph)?.getType(type)))
        return resolveObjectType(
          this.#graph,
          subgraph,
          type,
          await this.#followReference(object, type, { subgraph, type, requires: undefined }, noSubgraphs),
        );
    throw new Error(`no subgraph knows the object type of a ${type}`);
  }

  async #resolve(
    object: GraphObject,
    type: string,
    owner: Owner,
    node: FieldNode,
    variables: Variables,
    visited: Subgraphs,
  ) {
    const returned = owner.requires === undefined ? object.bySubgraph.get(owner.subgraph) : undefined;
    const source = returned
      ? await returned.value()
      : await this.#followReference(object, type, owner, visited);
    if (source === null || source === undefined)
      throw new MissingObject(`${owner.subgraph} has no such ${type}`);
    const field = findField(this.#graph, owner, node.name.value);
    const args = getArgumentValues(field, node, variables);
    const info = { fieldName: field.name } as never;
    return (field.resolve ?? defaultFieldResolver)(source, args, {}, info);
  }

  /** The object that a subgraph finds by a reference. */
  #followReference(object: GraphObject, type: string, owner: Owner, visited: Subgraphs): Promise<unknown> {
    const requires = owner.requires === undefined ? '' : print(owner.requires);
    const referenceKey = `${owner.subgraph} ${owner.type} ${requires}`;
    const known = object.references.get(referenceKey) ?? this.#resolveReference(object, type, owner, visited);
    object.references.set(referenceKey, known);
    return known;
  }

  async #resolveReference(
    object: GraphObject,
    type: string,
    owner: Owner,
    visited: Subgraphs,
  ): Promise<unknown> {
    const { subgraph } = owner;
    const key = this.#findKey(object, type, owner, visited);
    if (key === undefined) throw new Error(`no key leads to ${type} in ${subgraph}`);
    const representation = {
      __typename: owner.type,
      ...(await this.#select(object, type, key, new Set([...visited, subgraph]))),
      ...(owner.requires && (await this.#select(object, type, owner.requires, noSubgraphs))),
    };
    const schema = this.#graph.schemas.get(subgraph);
    const resolve = schema?.getQueryType()?.getFields()._entities?.resolve;
    const args = { representations: [representation] };
    const found = (await resolve?.({}, args, {}, { schema } as never)) as unknown[];
    const [entity] = await Promise.all(found);
    if (entity instanceof Error) throw entity;
    return entity;
  }

  #canReach(object: GraphObject, type: string, owner: Owner, visited: Subgraphs): boolean {
    return !visited.has(owner.subgraph) && this.#findKey(object, type, owner, visited) !== undefined;
  }

  #findKey(
    object: GraphObject,
    type: string,
    owner: Owner,
    visited: Subgraphs,
  ): SelectionSetNode | undefined {
    const { subgraph } = owner;
    const within = new Set([...visited, subgraph]);
    return this.#graph.owners
      .keys(subgraph, owner.type)
      .find(({ selections }) =>
        selections.every(
          (node) =>
            node.kind === Kind.FIELD &&
            this.#graph.owners
              .find(type, node.name.value)
              .some(
                (other) =>
                  other.requires === undefined &&
                  (object.bySubgraph.has(other.subgraph) || this.#canReach(object, type, other, within)),
              ),
        ),
      );
  }

  /** The fields of an object that a reference contains. */
  async #select(
    object: GraphObject,
    type: string,
    set: SelectionSetNode,
    visited: Subgraphs,
  ): Promise<Variables> {
    const selected: Variables = {};
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD && node.name.value === '__typename') selected.__typename = type;
      else if (node.kind === Kind.FIELD)
        selected[node.name.value] = await this.#readPlain(object, type, node, visited);
      else if (
        node.kind === Kind.INLINE_FRAGMENT &&
        meetsTypeCondition(this.#graph.supergraph, node.typeCondition?.name.value, type)
      )
        Object.assign(selected, await this.#select(object, type, node.selectionSet, visited));
    }
    return selected;
  }

  async #readPlain(object: GraphObject, type: string, node: FieldNode, visited: Subgraphs): Promise<unknown> {
    const field = (this.#graph.supergraph.getType(type) as GraphQLObjectType).getFields()[node.name.value];
    const value = this.field(object, type, node, {}, visited);
    return this.#toPlain(field?.type, value, node);
  }

  /** A value as a reference contains it. A failed field is null where that is allowed. Without the object there is no reference. */
  async #toPlain(type: GraphQLOutputType | undefined, result: unknown, node: FieldNode): Promise<unknown> {
    try {
      const value = await result;
      if (value instanceof Error) throw value;
      const nullable = type && getNullableType(type);
      if (Array.isArray(value)) {
        const item = isListType(nullable) ? nullable.ofType : undefined;
        return await Promise.all(value.map((inside) => this.#toPlain(item, inside, node)));
      }
      if (!(value instanceof GraphObject) || node.selectionSet === undefined) return value;
      const name = await this.typename(value);
      return { __typename: name, ...(await this.#select(value, name, node.selectionSet, noSubgraphs)) };
    } catch (cause) {
      if (cause instanceof MissingObject || isNonNullType(type)) throw cause;
      return null;
    }
  }
}
