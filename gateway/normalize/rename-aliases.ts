// Clients may give a field the name of another one: `{ product { id: name } }`. The engine keeps what it needs for its own
// way (keys, what @requires names) beside the client's fields, under the fields' own names, and would take the one for the
// other: entities are not found, and a client could write what a subgraph is told that another one said. So the engine plans
// and executes such an operation with other names.
import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';

type AliasedField = FieldNode & Required<Pick<FieldNode, 'alias'>>;

/** Every field's name in the supergraph, those included that clients cannot see. */
export function getFieldNames(supergraph: DocumentNode): Set<string> {
  return new Set(
    supergraph.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? (definition.fields ?? []).map(({ name }) => name.value)
        : [],
    ),
  );
}

export interface RenamedDocument {
  document: DocumentNode;
  /** The client's names, by those that stand in for them. */
  names: ReadonlyMap<string, string>;
}

/** Undefined when no alias is another field's name. */
export function renameAliases(
  document: DocumentNode,
  fields: ReadonlySet<string>,
): RenamedDocument | undefined {
  const prefix = findUnusedPrefix(document);
  const names = new Map<string, string>();
  const apart: DocumentNode = visit(document, {
    Field: (node) => {
      if (!hasNameOfAnotherField(node, fields)) return undefined;
      const { alias } = node;
      names.set(prefix + alias.value, alias.value);
      return { ...node, alias: { ...alias, value: prefix + alias.value } };
    },
  });
  return names.size === 0 ? undefined : { document: apart, names };
}

/** What names of ours begin with in place of the client's: no name in the document does. */
export function findUnusedPrefix(document: DocumentNode): string {
  const taken = new Set<string>();
  visit(document, { Field: ({ alias, name }) => void taken.add((alias ?? name).value) });
  let prefix = 'as_';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix += '_';
  return prefix;
}

function hasNameOfAnotherField(node: FieldNode, fields: ReadonlySet<string>): node is AliasedField {
  return node.alias !== undefined && node.alias.value !== node.name.value && fields.has(node.alias.value);
}
