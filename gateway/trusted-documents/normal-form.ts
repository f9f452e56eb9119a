// The normal form of a document. Two documents with one normal form are one operation: clients print, strip and reorder what people
// wrote, and add `__typename` for their caches.
import { type DocumentNode, Kind, print, type SelectionNode, type SelectionSetNode, visit } from 'graphql';

/**
 * The normal form keeps every field, argument, variable, directive, alias and name, and their order. It leaves out comments, white space,
 * commas, the order of operations and fragments, and each plain `__typename` that stands beside another selection. Such a field tells the
 * client the name of a type, which the schema has published, and reads nothing.
 */
export function printNormalForm(document: DocumentNode): string {
  const plain: DocumentNode = visit(document, { SelectionSet: { leave: removeAddedTypenames } });
  return plain.definitions.map(print).sort().join('\n\n');
}

function removeAddedTypenames(node: SelectionSetNode): SelectionSetNode {
  const selections = node.selections.filter((selection) => !isPlainTypename(selection));
  // A selection set must not be empty: of a set with nothing else, one `__typename` stays.
  return { ...node, selections: selections.length > 0 ? selections : node.selections.slice(0, 1) };
}

function isPlainTypename(selection: SelectionNode): boolean {
  if (selection.kind !== Kind.FIELD || selection.name.value !== '__typename') return false;
  // With arguments or selections it is no valid field, and the refusal of the validation would tell of the schema.
  const { alias, directives = [], arguments: given = [], selectionSet } = selection;
  return alias === undefined && directives.length === 0 && given.length === 0 && selectionSet === undefined;
}

/** The document as Apollo Client sends it: `__typename` at the end of each selection set but that of an operation. */
export function addTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      enter: (node, _key, parent) => {
        if (parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION)
          return undefined;
        const hasMeta = node.selections.some(
          (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
        );
        if (hasMeta) return undefined;
        return { ...node, selections: [...node.selections, typename] };
      },
    },
  });
}

const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
