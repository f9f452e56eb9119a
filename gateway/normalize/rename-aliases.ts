// A client may give a field the name of another field as its alias: `{ product { id: name } }`. The executor stores the fields
// that it needs itself (keys and @requires) beside the client's fields, under their own names, and would mistake the alias for
// such a field: it would not find entities, and a client could forge a value that one subgraph passes to another. So the gateway
// plans and executes such an operation with other aliases.
import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';

type AliasedField = FieldNode & Required<Pick<FieldNode, 'alias'>>;

/** The names of all fields in the supergraph, @inaccessible ones included. */
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
  /** The client's alias by the alias that replaces it. */
  names: ReadonlyMap<string, string>;
}

/** Undefined when no alias is the name of another field. */
export function renameAliases(
  document: DocumentNode,
  fields: ReadonlySet<string>,
): RenamedDocument | undefined {
  const prefix = findUnusedPrefix(document);
  const names = new Map<string, string>();
  const renamed: DocumentNode = visit(document, {
    Field: (node) => {
      if (!hasNameOfAnotherField(node, fields)) return undefined;
      const { alias } = node;
      names.set(prefix + alias.value, alias.value);
      return { ...node, alias: { ...alias, value: prefix + alias.value } };
    },
  });
  return names.size === 0 ? undefined : { document: renamed, names };
}

/** A prefix for response keys of the gateway's own: no response key in the document starts with it. */
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
