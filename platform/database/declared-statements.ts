// Finds the statements that a file declares: they are exported, each by itself or in a list of forms.
import type { DeclaredStatement } from './statement.ts';

export interface LocatedStatement {
  file: string;
  /** Name of the export; a form in a list has its index behind it. */
  name: string;
  declared: DeclaredStatement;
}

/** Call expressions that declare a statement, as they are written. */
const declarations = /\b(?:statement|changeStatement|oneRowStatement)\(\{/g;

export function countDeclarations(source: string): number {
  return source.match(declarations)?.length ?? 0;
}

/** Throws for a file in which a statement is declared and not exported: nothing would check it. */
export function locateStatements(
  file: string,
  source: string,
  exported: Readonly<Record<string, unknown>>,
): LocatedStatement[] {
  const declaring = Object.entries(exported).filter(([, value]) => [value].flat().some(isDeclared));
  const declarations = countDeclarations(source);
  if (declaring.length !== declarations)
    throw new Error(
      `${file} exports ${declaring.length} of its ${declarations} declared statements: export each as a constant of its own`,
    );
  return declaring.flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.filter(isDeclared).map((declared, index) => ({ file, name: `${name}[${index}]`, declared }))
      : [value].filter(isDeclared).map((declared) => ({ file, name, declared })),
  );
}

function isDeclared(value: unknown): value is DeclaredStatement {
  return (
    typeof value === 'object' && value !== null && 'text' in value && 'params' in value && 'answers' in value
  );
}
