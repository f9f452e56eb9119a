// The text that an operation has whatever its name and its aliases are called: the planner needs as long for it under any names.
import { type DocumentNode, Kind, type NameNode, print, separateOperations, visit } from 'graphql';

/** Without the document's other operations, and the fragments that only those use. */
export function printShape(document: DocumentNode, operationName: string | undefined): string {
  const separated = separateOperations(document);
  const own = operationName === undefined ? Object.values(separated)[0] : separated[operationName];
  const numbers = new Map<string, number>();
  const rename = ({ value }: NameNode): NameNode => {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    // No field has such a name.
    return { kind: Kind.NAME, value: `$${number}` };
  };
  const shape = visit(own ?? document, {
    OperationDefinition: (node) => ({ ...node, name: undefined }),
    Field: (node) => (node.alias === undefined ? undefined : { ...node, alias: rename(node.alias) }),
  });
  return print(shape);
}
