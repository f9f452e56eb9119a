// Finds the statements that a file declares. It exports each of them, alone or in a list with the forms of one statement.
import type { DeclaredStatement } from './statement.ts';

export interface LocatedStatement {
  file: string;
  /** Name of the export. A statement in a list has its index after the name. */
  name: string;
  declared: DeclaredStatement;
}

/** Matches the calls that declare a statement. */
const declarationPattern = /\b(?:statement|changeStatement|oneRowStatement)\(\{/g;

export function countDeclarations(source: string): number {
  return source.match(declarationPattern)?.length ?? 0;
}

/** Throws for a file that declares a statement and does not export it, because no check would find that statement. */
export function locateStatements(
  file: string,
  source: string,
  exported: Readonly<Record<string, unknown>>,
): LocatedStatement[] {
  const exportsWithStatements = Object.entries(exported).filter(([, value]) =>
    [value].flat().some(isStatement),
  );
  const declarationCount = countDeclarations(source);
  if (exportsWithStatements.length !== declarationCount)
    throw new Error(
      `${file} exports ${exportsWithStatements.length} of its ${declarationCount} declared statements: export each as a constant of its own`,
    );
  return exportsWithStatements.flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.filter(isStatement).map((declared, index) => ({ file, name: `${name}[${index}]`, declared }))
      : [value].filter(isStatement).map((declared) => ({ file, name, declared })),
  );
}

function isStatement(value: unknown): value is DeclaredStatement {
  return (
    typeof value === 'object' &&
    value !== null &&
    'text' in value &&
    'params' in value &&
    'resultShape' in value
  );
}
