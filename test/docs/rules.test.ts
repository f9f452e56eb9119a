// Each rule of the documentation finds what it is for, and lets pass what is right.
import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  findBadDiagrams,
  findBadOwners,
  findExamples,
  findIncompleteDecision,
  findInvalidOperations,
  findTooLong,
} from './content-rules.ts';
import { findBrokenLinks, findUnreachablePages } from './link-rules.ts';
import { parseMarkdown } from './markdown.ts';
import {
  findMissingCommands,
  findMissingPaths,
  findUnknownCommands,
  findUnknownVariables,
} from './name-rules.ts';
import { findWrongQuotes } from './quote-rules.ts';

const paths = new Set([
  'README.md',
  'docs',
  'docs/index.md',
  'docs/other.md',
  'test',
  'test/security',
  'test/security/door.test.ts',
  'test/gateway',
  'test/gateway/window.ts',
  'gateway',
  'gateway/plan.ts',
]);
const page = (text: string, path = 'docs/index.md') => parseMarkdown(path, text);
const fence = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\`\n`;

describe('links', () => {
  const other = page('# Other\n\n## A *heading*, with `code`\n\n## Twice\n\n## Twice\n', 'docs/other.md');
  const broken = (text: string) => findBrokenLinks({ pages: [page(text), other], paths });

  test('lead to files and headings', () => {
    const right = [
      '[a](other.md)',
      '[b](../README.md)',
      '[c](../test/security/)',
      '[d](other.md#a-heading-with-code)',
      '[e](other.md#twice-1)',
      '[over\ntwo lines](other.md)',
      '[site](https://example.com/nowhere.md)',
    ];
    expect(broken(right.join(' '))).toEqual([]);
  });

  test.each([
    ['[a](missing.md)', 'missing.md leads to no file'],
    ['[a](README.md)', 'README.md leads to no file'],
    ['[a](other.md#nothing)', 'other.md#nothing leads to no heading'],
    ['[a](other.md#twice-2)', 'other.md#twice-2 leads to no heading'],
    ['[a](#nothing)', '#nothing leads to no heading'],
  ])('%s is reported', (text, problem) => {
    expect(broken(text)).toEqual([`docs/index.md: ${problem}`]);
  });

  test('are not looked for in code', () => {
    expect(broken(`\`[a](missing.md)\`\n\n${fence('text', '[a](missing.md)')}`)).toEqual([]);
  });

  test('lead to each page of a folder, directly or over others', () => {
    const pages = [
      page('[other](other.md)'),
      page('[last](last.md)', 'docs/other.md'),
      page('', 'docs/last.md'),
    ];
    expect(findUnreachablePages({ pages }, 'docs/index.md', 'docs')).toEqual([]);
    expect(findUnreachablePages({ pages: pages.toSpliced(1, 1) }, 'docs/index.md', 'docs')).toEqual([
      'docs/last.md: no link leads to it from docs/index.md',
    ]);
  });
});

describe('commands', () => {
  const scripts = new Map([
    ['', new Set(['start', 'test', 'schema:check'])],
    ['deploy/engine', new Set(['start'])],
  ]);
  const unknown = (text: string) => findUnknownCommands({ pages: [page(text)], scripts });

  test('are scripts of their package, in prose and in code', () => {
    const right =
      'npm start, `npm run schema:check -- --against main`, `npm start --prefix deploy/engine` and `npm run <name>`';
    expect(unknown(right + fence('sh', 'npm test\nnpm start --prefix deploy/engine'))).toEqual([]);
  });

  test.each([
    'npm run nothing',
    'npm run schema',
    'npm test --prefix deploy/engine',
    'npm start --prefix nowhere',
  ])('%s is reported', (command) => {
    expect(unknown(fence('sh', command))).toEqual([expect.stringContaining(command)]);
  });
});

describe('a list of commands', () => {
  test('names every script', () => {
    const scripts = new Set(['start', 'schema:check', 'check', 'contract:verify']);
    const list = page('`npm start`, `npm run schema:check` and `npm run contract:verify -- <name>`');
    expect(findMissingCommands(list, scripts)).toEqual(['docs/index.md: leaves out "npm run check"']);
    expect(findMissingCommands(list, new Set(['start', 'schema:check', 'contract:verify']))).toEqual([]);
  });
});

describe('paths', () => {
  const missing = (text: string) => findMissingPaths({ pages: [page(text)], paths });

  test('are there: whole, by their end, as a test, or beside the page', () => {
    expect(missing('`gateway/plan.ts` `plan.ts` `test/security/door` `other.md` `gateway/` `docs`')).toEqual(
      [],
    );
  });

  test('may be patterns, media types, generated files and addresses', () => {
    const others =
      '`gateway/<name>.ts` `test/*/x.ts` `application/json` `.data/postgres/` `/health/ready` `.ts`';
    expect(missing(others)).toEqual([]);
  });

  test.each([
    'gateway/window.ts',
    'gateway/plans.ts',
    'plans.ts',
    'gateway/plan/',
    'test/security/window',
    'gone/',
  ])('%s is reported', (path) => {
    expect(missing(`Look at \`${path}\`.`)).toEqual([`docs/index.md: ${path} is not there`]);
  });

  test('are found in commands and in diagrams', () => {
    const problems = ['docs/index.md: gateway/gone.ts is not there'];
    expect(missing(fence('sh', 'node gateway/gone.ts'))).toEqual(problems);
    expect(missing(fence('mermaid', 'flowchart TD\n  a["gateway/gone.ts<br>plans"] --> b'))).toEqual(
      problems,
    );
  });
});

describe('variables', () => {
  const unknown = (text: string) =>
    findUnknownVariables({
      pages: [page(text)],
      variables: new Set(['WORKERS', 'LIMIT_COST']),
      codes: new Set(['OUT_OF_STOCK']),
    });

  test('are in .env.example, or are codes', () => {
    const right = '`WORKERS=2` `LIMIT_COST` `OUT_OF_STOCK` `TOO_MANY_…` `NODE_OPTIONS=--x`';
    expect(unknown(right + fence('sh', 'WORKERS=2 npm start'))).toEqual([]);
  });

  test.each(['LIMIT_PRICE', 'LIMIT_PRICE=1', 'WORKER=2', 'OUT_OF_STOCK=1'])('%s is reported', (code) => {
    const problems = [`docs/index.md: ${code.split('=')[0]} is not in .env.example`];
    expect(unknown(`\`${code}\``)).toEqual(problems);
    expect(unknown(fence('sh', `${code} npm start`))).toEqual(problems);
  });
});

describe('content', () => {
  const schema = buildSchema('type Query { name: String }');
  const invalid = (text: string) => findInvalidOperations(page(fence('graphql', text)), schema);

  test('operations fit the graph, and SDL parses', () => {
    expect(invalid('query Name { name }')).toEqual([]);
    expect(invalid('extend type Other { id: ID }')).toEqual([]);
    expect(invalid('{ names }')).toEqual([expect.stringContaining('Cannot query field "names"')]);
    expect(invalid('{ name')).toEqual([expect.stringContaining('Syntax Error')]);
    expect(invalid('type Other {')).toEqual([expect.stringContaining('Syntax Error')]);
  });

  test('diagrams begin with their kind', () => {
    expect(findBadDiagrams(page(fence('mermaid', 'flowchart TD\n  a --> b')))).toEqual([]);
    expect(findBadDiagrams(page(fence('mermaid', 'flowchrt TD\n  a --> b')))).toEqual([
      'docs/index.md: "flowchrt TD" begins no diagram',
    ]);
    expect(findBadDiagrams(page(fence('mermaid', 'sequenceDiagram')))).toEqual([
      'docs/index.md: a diagram is empty',
    ]);
  });

  test('a page has at most so many lines', () => {
    expect(findTooLong(page('1\n2\n3\n'), 3)).toEqual([]);
    expect(findTooLong(page('1\n2\n3\n4\n'), 3)).toEqual(['docs/index.md: has 4 lines, and 3 are allowed']);
  });

  test('a decision is complete', () => {
    const whole =
      '# 1. A choice\n\n- Date: 2026-01-31\n- Where: here\n\n## Question\n\n## Decision\n\n## Alternatives\n\n## Consequences\n';
    expect(findIncompleteDecision(page(whole))).toEqual([]);
    expect(findIncompleteDecision(page(whole.replace('## Alternatives\n', '')))).toEqual([
      'docs/index.md: lacks Alternatives',
    ]);
    expect(findIncompleteDecision(page(whole.replace('2026-01-31', 'soon')))).toEqual([
      'docs/index.md: lacks a date',
    ]);
    expect(findIncompleteDecision(page(whole.replace('- Where', '- Here')))).toEqual([
      'docs/index.md: lacks the place where it can be seen',
    ]);
  });

  test('owners own what is there', () => {
    expect(findBadOwners('# Teams\n* @all\n/gateway/ @gateway @all\n', paths)).toEqual([]);
    expect(findBadOwners('/gone/ @all\n/gateway/\n', paths)).toEqual([
      'CODEOWNERS: /gone/ is not there',
      'CODEOWNERS: /gateway/ has no owner',
    ]);
  });

  test('an example is an operation with the answer below it', () => {
    const text = `${fence('graphql', '{ a }')}\nwhich answers\n\n${fence('json', '{ "data": 1 }')}${fence('graphql', '{ b }')}`;
    expect(findExamples(page(text))).toEqual([{ operation: '{ a }\n', answer: { data: 1 } }]);
  });
});

test('a quote must be in the file that it names', () => {
  const readFile = () => 'one;\ntwo;\nthree;\n';
  const page = (text: string) => ({ path: 'docs/a.md', text });
  const quote = (code: string) => `\`src/a.ts\`:\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
  expect(findWrongQuotes(page(quote('two;')), readFile)).toEqual([]);
  expect(findWrongQuotes(page(quote('tow;')), readFile)).toEqual([
    'docs/a.md: src/a.ts does not have "tow;" as it is quoted',
  ]);
  expect(findWrongQuotes(page('Like this:\n\n```ts\none;\n```\n'), readFile)).toEqual([
    'docs/a.md: the code "one;" does not say which file it is from',
  ]);
});
