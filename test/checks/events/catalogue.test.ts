// The catalogue of events, as the terminal and docs/events.md have it.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildCatalogue } from '../../../checks/events/catalogue.ts';
import { printCatalogue, writeTables } from '../../../checks/events/catalogue-pages.ts';
import { blog, buildReader, definePostWritten, reader } from './blog.ts';

const index = buildReader({ title: z.string().optional() }, 'index');
const catalogue = buildCatalogue([index, blog, reader]);

test('prints each publisher with its types, their fields, and who reads which of them', () => {
  expect(printCatalogue(catalogue)).toEqual([
    'blog',
    '  post.written: The post can be read.',
    '    authorId       uuid',
    '    state          "DRAFT" or "PUBLIC"',
    '    words          integer, > 0',
    '    title          string, optional',
    '    tags[].name    string',
    '    tags[].weight  number, or null',
    '    followed by index/posts, which reads title',
    '    followed by reader/posts, which reads authorId, tags[].name',
    '  post.deleted: The post cannot be read any more.',
    '    no follower',
  ]);
});

test('says so when there is none', () => {
  expect(printCatalogue(buildCatalogue([reader]))).toEqual(['No subgraph publishes events.']);
});

const begin = '<!-- Written by `npm run events`. -->';
const end = '<!-- End of what `npm run events` writes. -->';

test('writes the tables between the markers of the page, and leaves the rest as it is', () => {
  const page = writeTables(`# Events\n\n${begin}\nold\n${end}\n\n## More\n`, catalogue);
  expect(page.startsWith(`# Events\n\n${begin}\n\n| publisher |`)).toBe(true);
  expect(page.endsWith(`\n\n${end}\n\n## More\n`)).toBe(true);
  expect(page).not.toContain('old');
  expect(page.split('\n')).toEqual(
    expect.arrayContaining([
      '| blog | `post.written` | The post can be read. | index/posts (`title`), reader/posts (`authorId`, `tags[].name`) |',
      '| `post.written` | `tags[].weight` | `number, or null` |',
    ]),
  );
  expect(writeTables(page, catalogue)).toBe(page);
});

test('refuses a page without the markers', () => {
  expect(() => writeTables('# Events\n', catalogue)).toThrow('docs/events.md lacks the lines between which');
});

test('a pattern with a bar stays in its cell', () => {
  const piped = definePostWritten({ code: z.string().regex(/^(a|b)$/) });
  const page = writeTables(`${begin}\n${end}`, buildCatalogue([{ name: 'blog', events: [piped] }]));
  expect(page).toContain('| `string, like ^(a\\|b)$` |');
});
