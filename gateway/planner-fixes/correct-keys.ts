// Corrects the keys of types. When Apollo's planner fetches from a subgraph again after @requires, it takes the first key there
// without @external fields, even one that the subgraph cannot resolve (`resolvable: false`). So the keys that the subgraph can
// resolve come first; where each of these has an @external field, the first of them is added to @requires.
import { type ConstDirectiveNode, type FieldDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import {
  booleanArgument,
  directivesNamed,
  type FieldsType,
  findField,
  getNamedTypeName,
  parseFieldSet,
  replaceStringArgument,
  stringArgument,
} from '../supergraph/join-directives.ts';

/** Returns the types that change, by name. */
export function correctKeys(types: ReadonlyMap<string, FieldsType>): Map<string, FieldsType> {
  const changed = new Map<string, FieldsType>();
  for (const [name, type] of types) {
    const unresolvable = directivesNamed(type, 'join__type').filter(
      (join) => booleanArgument(join, 'resolvable') === false,
    );
    if (unresolvable.length === 0) continue;
    const graphs = new Set(unresolvable.map((join) => stringArgument(join, 'graph') ?? ''));
    changed.set(
      name,
      [...graphs].reduce(
        (corrected, graph) => requireExternalKey(corrected, graph, types),
        sortResolvableKeysFirst(type),
      ),
    );
  }
  return changed;
}

function sortResolvableKeysFirst(type: FieldsType): FieldsType {
  const isLast = (node: ConstDirectiveNode) => Number(booleanArgument(node, 'resolvable') === false);
  // The sort is stable: all other directives keep their order.
  return {
    ...type,
    directives: [...(type.directives ?? [])].sort((one, other) => isLast(one) - isLast(other)),
  };
}

/** Changes only a type with a key that the subgraph can resolve, and without such a key that has no @external field. */
function requireExternalKey(
  type: FieldsType,
  graph: string,
  types: ReadonlyMap<string, FieldsType>,
): FieldsType {
  const keys = directivesNamed(type, 'join__type').flatMap((join) => {
    const key = stringArgument(join, 'key');
    return stringArgument(join, 'graph') === graph &&
      booleanArgument(join, 'resolvable') !== false &&
      key !== undefined
      ? [key]
      : [];
  });
  const isExternal = (key: string) => hasExternalField(parseFieldSet(key), type, graph, types);
  const key = keys[0];
  if (key === undefined || !keys.every(isExternal)) return type;
  return { ...type, fields: (type.fields ?? []).map((field) => addRequiredKey(field, graph, key)) };
}

function hasExternalField(
  set: SelectionSetNode,
  type: FieldsType | undefined,
  graph: string,
  types: ReadonlyMap<string, FieldsType>,
): boolean {
  return set.selections.some((node) => {
    if (node.kind !== Kind.FIELD) return false;
    const field = findField(type, node.name.value);
    if (field === undefined) return false;
    if (
      directivesNamed(field, 'join__field').some(
        (join) => stringArgument(join, 'graph') === graph && booleanArgument(join, 'external'),
      )
    )
      return true;
    return (
      node.selectionSet !== undefined &&
      hasExternalField(node.selectionSet, types.get(getNamedTypeName(field.type)), graph, types)
    );
  });
}

function addRequiredKey(field: FieldDefinitionNode, graph: string, key: string): FieldDefinitionNode {
  const directives = field.directives?.map((join) => {
    const requires =
      join.name.value === 'join__field' && stringArgument(join, 'graph') === graph
        ? stringArgument(join, 'requires')
        : undefined;
    return requires === undefined ? join : replaceStringArgument(join, 'requires', `${requires} ${key}`);
  });
  return { ...field, directives: directives ?? [] };
}
