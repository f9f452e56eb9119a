// Reads the mappings of a YAML text with their positions: each pair with the lines on which it stands, so that it can be copied as it is
// written. A pair that shares a line with another one cannot be copied like that, and is refused.
import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { trimParserMessage } from '../../platform/supergraph-map.ts';

export interface YamlBlock {
  key: string;
  /** The value as JavaScript has it. Throws an error of the parser for an alias whose anchor another file has. */
  toJs: () => unknown;
  /** The pairs of the value. Throws an Error with file and line when they are no mapping in block style. */
  listBlocks: () => YamlBlock[];
  /** The lines of the comments above the key and of the pair, with the key behind two spaces. */
  text: string;
}

interface Source {
  file: string;
  lines: readonly string[];
  getPosition: (pair: Pair) => Position;
  toJs: (value: Node | null) => unknown;
}

interface Position {
  /** Counted from 1. */
  line: number;
  /** The spaces before the key. */
  column: number;
}

/** The pairs of the whole text, none for an empty one. Throws an Error with file and line. */
export function readYamlBlocks(text: string, file: string): YamlBlock[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const [problem] = document.errors;
  if (problem !== undefined)
    throw new Error(`${file}:${counter.linePos(problem.pos[0]).line}: ${trimParserMessage(problem.message)}`);
  const lines = text.split(/\r?\n/);
  const getPosition = ({ key }: Pair): Position => {
    const { line, col } = counter.linePos((key as Node).range?.[0] ?? 0);
    return { line, column: col - 1 };
  };
  const toJs = (value: Node | null) => value?.toJS(document) ?? null;
  const source = { file, lines, getPosition, toJs };
  return listBlocks(source, document.contents, { first: 0, end: lines.length });
}

/** Indexes of lines. */
interface LineRange {
  first: number;
  end: number;
}

function listBlocks(source: Source, node: Node | null, { first, end }: LineRange): YamlBlock[] {
  const pairs = readPairs(source, node, first);
  const starts = pairs.map((pair, index) => (index === 0 ? first : findFirstComment(source, pair)));
  return pairs.map((pair, index) => {
    const { line, column } = source.getPosition(pair);
    const value = pair.value as Node | null;
    const blockEnd = starts[index + 1] ?? end;
    return {
      key: String(isScalar(pair.key) ? pair.key.value : pair.key),
      toJs: () => source.toJs(value),
      listBlocks: () => listBlocks(source, value, { first: line, end: blockEnd }),
      text: indentByTwo(source.lines.slice(starts[index], blockEnd), column),
    };
  });
}

function readPairs({ file, lines, getPosition }: Source, node: Node | null, line: number): readonly Pair[] {
  if (node === null || (isScalar(node) && node.value === null)) return [];
  if (!isMap(node))
    throw new Error(`${file}:${Math.max(line, 1)}: write a mapping here, one key on each line`);
  for (const pair of node.items) {
    const { line: at, column } = getPosition(pair);
    if (node.flow === true || lines[at - 1]?.slice(0, column).trim() !== '')
      throw new Error(`${file}:${at}: write this key at the beginning of a line of its own, without braces`);
  }
  return node.items;
}

/** The index of the first line of the comments that stand directly above the key of the pair. */
function findFirstComment({ lines, getPosition }: Source, pair: Pair): number {
  const { line, column } = getPosition(pair);
  const comment = new RegExp(`^ {0,${column}}(?:#.*)?$`);
  let first = line - 1;
  while (comment.test(lines[first - 1] ?? 'no line')) first -= 1;
  return first;
}

function indentByTwo(lines: readonly string[], column: number): string {
  const text = lines.map((line) => line.replace(new RegExp(`^ {0,${column}}`), '  ').trimEnd()).join('\n');
  return `${text.replace(/^\n+/, '').trimEnd()}\n`;
}
