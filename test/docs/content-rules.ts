// Rules about what stands in a page. Each answers what is wrong, one line for each problem.
import { type DocumentNode, type GraphQLSchema, Kind, parse, validate } from 'graphql';
import type { CodeBlock, MarkdownPage } from './markdown.ts';

/** Operations in a page that the graph would refuse. Blocks of SDL have to parse. */
export function findInvalidOperations(page: MarkdownPage, schema: GraphQLSchema): string[] {
  return page.blocks
    .filter(({ language }) => language === 'graphql')
    .flatMap(({ text }) => findProblems(text, schema))
    .map((problem) => `${page.path}: ${problem}`);
}

function findProblems(text: string, schema: GraphQLSchema): string[] {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (cause) {
    return [(cause as Error).message];
  }
  const isSdl = document.definitions.every(
    ({ kind }) => kind !== Kind.OPERATION_DEFINITION && kind !== Kind.FRAGMENT_DEFINITION,
  );
  return isSdl ? [] : validate(schema, document).map(({ message }) => message);
}

const diagrams =
  /^(?:(?:flowchart|graph) (?:TB|TD|BT|LR|RL)|sequenceDiagram|stateDiagram-v2|erDiagram|classDiagram)$/;

/** Mermaid blocks that do not begin with a kind of diagram, or that are nothing but that. */
export function findBadDiagrams({ path, blocks }: MarkdownPage): string[] {
  return blocks
    .filter(({ language }) => language === 'mermaid')
    .flatMap(({ text }) => {
      const [first = '', ...rest] = text.trim().split('\n');
      if (!diagrams.test(first)) return [`${path}: "${first}" begins no diagram`];
      return rest.length > 0 ? [] : [`${path}: a diagram is empty`];
    });
}

export function findTooLong({ path, text }: MarkdownPage, maxLines: number): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > maxLines ? [`${path}: has ${lines} lines, and ${maxLines} are allowed`] : [];
}

/** The chapters that each decision has. */
const chapters = ['Question', 'Decision', 'Alternatives', 'Consequences'];

/** What a decision lacks: its date, where it can be seen, or a chapter. */
export function findIncompleteDecision({ path, text }: MarkdownPage): string[] {
  const lacks = chapters.filter((chapter) => !text.includes(`\n## ${chapter}\n`));
  if (!/^- Date: \d{4}-\d\d-\d\d\b/m.test(text)) lacks.push('a date');
  if (!/^- Where: /m.test(text)) lacks.push('the place where it can be seen');
  return lacks.map((what) => `${path}: lacks ${what}`);
}

/** Paths in CODEOWNERS that are not there, and lines without an owner. */
export function findBadOwners(text: string, paths: ReadonlySet<string>): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.flatMap((line) => {
    const [pattern = '', ...owners] = line.split(/\s+/);
    if (!owners.some((owner) => owner.startsWith('@'))) return [`CODEOWNERS: ${pattern} has no owner`];
    const path = pattern.replace(/^\//, '').replace(/\/$/, '');
    return path === '*' || paths.has(path) ? [] : [`CODEOWNERS: ${pattern} is not there`];
  });
}

/** Each operation with the answer that stands below it. */
export function findExamples({ blocks }: MarkdownPage): { operation: string; answer: unknown }[] {
  return blocks.flatMap((block, index) => {
    const next: CodeBlock | undefined = blocks[index + 1];
    const isExample = block.language === 'graphql' && next?.language === 'json';
    return isExample ? [{ operation: block.text, answer: JSON.parse(next.text) as unknown }] : [];
  });
}
