// Mutants of an event that a follower reads, all of which the check names, and changes that break nobody. Both versions go through the AsyncAPI
// document, as that of a commit does.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatAsyncApi, readAsyncApi } from '../../../checks/events/asyncapi.ts';
import { buildCatalogue, type EventDefinitions } from '../../../checks/events/catalogue.ts';
import { findEventChanges, formatEventChanges } from '../../../checks/events/event-changes.ts';
import { defineEvent, type EventType } from '../../../platform/events/event-type.ts';
import { buildReader, definePostWritten, postDeleted, postWrittenData } from './blog.ts';

const data = { ...postWrittenData, note: z.string() };
const reads = {
  authorId: z.uuid(),
  state: z.string(),
  words: z.number(),
  title: z.string().optional(),
  tags: z.array(z.object({ name: z.string() })),
};
const publish = (...events: EventType[]) => ({ name: 'blog', events });
const base: EventDefinitions = [publish(definePostWritten(data), postDeleted), buildReader(reads)];

/** The reader stays as it is, and the data of the event become these. */
const change = (fresh: z.ZodRawShape): EventDefinitions => [
  publish(definePostWritten(fresh), postDeleted),
  buildReader(reads),
];
const without = (name: keyof typeof data) => {
  const { [name]: _, ...rest } = data;
  return rest;
};
const read = (definitions: EventDefinitions) =>
  readAsyncApi(formatAsyncApi(buildCatalogue(definitions)), 'a version');
const compare = (candidate: EventDefinitions) => findEventChanges(read(base), read(candidate));

const broken: [string, EventDefinitions, string][] = [
  ['the type is removed', [publish(postDeleted), buildReader(reads)], 'is removed'],
  ['the publisher is removed', [buildReader(reads)], 'is removed'],
  [
    'the type has another name',
    [publish({ ...definePostWritten(data), name: 'post.published' }, postDeleted), buildReader(reads)],
    'is removed',
  ],
  ['a field is removed', change(without('authorId')), 'authorId is removed'],
  ['a field has another name', change({ ...without('words'), length: data.words }), 'words is removed'],
  ['an optional field is removed', change(without('title')), 'title is removed'],
  [
    'a member of the items of a list is removed',
    change({ ...data, tags: z.array(z.strictObject({ weight: z.number() })) }),
    'tags[].name is removed',
  ],
  [
    'a format is dropped',
    change({ ...data, authorId: z.string() }),
    'format of authorId is absent, and was "uuid"',
  ],
  [
    'a format is another one',
    change({ ...data, authorId: z.email() }),
    'format of authorId is "email", and was "uuid"',
  ],
  [
    'a number becomes a text',
    change({ ...data, words: z.string() }),
    'type of words is "string", and was "integer"',
  ],
  [
    'a whole number may have a fraction',
    change({ ...data, words: z.number().positive() }),
    'type of words is "number", and was "integer"',
  ],
  [
    'a list becomes one item',
    change({ ...data, tags: z.strictObject({ name: z.string() }) }),
    'type of tags is',
  ],
  [
    'a limit is widened',
    change({ ...data, words: z.int() }),
    'exclusiveMinimum of words is absent, and was 0',
  ],
  [
    'a limit is added',
    change({ ...data, words: z.int().positive().max(9) }),
    'maximum of words is 9, and was absent',
  ],
  [
    'a pattern is added',
    change({ ...data, tags: z.array(z.strictObject({ name: z.string().regex(/^a/), weight: z.number() })) }),
    'pattern of tags[].name is "^a", and was absent',
  ],
  [
    'a list must have items',
    change({ ...data, tags: data.tags.nonempty() }),
    'minItems of tags is 1, and was absent',
  ],
  [
    'a field becomes optional',
    change({ ...data, authorId: z.uuid().optional() }),
    'authorId may be absent now',
  ],
  ['a field may be null', change({ ...data, words: data.words.nullable() }), 'words may be null now'],
  [
    'an enum has a value more',
    change({ ...data, state: z.enum(['DRAFT', 'PUBLIC', 'HIDDEN']) }),
    'state may be "HIDDEN" now',
  ],
  [
    'an enum has a value less',
    change({ ...data, state: z.enum(['PUBLIC', 'X']).exclude(['X']) }),
    'state is never "DRAFT" any more',
  ],
  [
    'the follower goes together with the field that it read',
    [publish(definePostWritten(without('authorId')), postDeleted)],
    'authorId is removed',
  ],
  [
    'the follower needs a field that earlier events lack',
    [
      publish(definePostWritten({ ...data, editorId: z.uuid() }), postDeleted),
      buildReader({ ...reads, editorId: z.uuid() }),
    ],
    'editorId is not in earlier events',
  ],
];

const harmless: [string, EventDefinitions][] = [
  ['a field that no follower reads is removed', change(without('note'))],
  ['a field that no follower reads has another type', change({ ...data, note: z.int() })],
  ['a field is added', change({ ...data, editorId: z.uuid() })],
  [
    'a member that no follower reads is removed from the items of a list',
    change({ ...data, tags: z.array(z.strictObject({ name: z.string() })) }),
  ],
  ['an optional field is always there', change({ ...data, title: z.string() })],
  ['a field has a description', change({ ...data, words: data.words.describe('Counted by spaces.') })],
  ['fields come in another order', change(Object.fromEntries(Object.entries(data).toReversed()))],
  ['the values of an enum come in another order', change({ ...data, state: z.enum(['PUBLIC', 'DRAFT']) })],
  ['a type without followers is removed', [publish(definePostWritten(data)), buildReader(reads)]],
  [
    'a type is added',
    [
      publish(
        definePostWritten(data),
        postDeleted,
        defineEvent({ name: 'post.moved', description: 'The post has moved.', data: {} }) as EventType,
      ),
      buildReader(reads),
    ],
  ],
  [
    'a follower reads a new field as optional',
    [
      publish(definePostWritten({ ...data, editorId: z.uuid() }), postDeleted),
      buildReader({ ...reads, editorId: z.uuid().optional() }),
    ],
  ],
  ['a new follower reads what was always there', [...base, buildReader({ note: z.string() }, 'index')]],
  ['a follower goes', [publish(definePostWritten(data), postDeleted)]],
];

describe('breaks the follower:', () => {
  test.each(broken)('%s', (_, candidate, message) => {
    const breaking = compare(candidate).filter(({ breaks }) => breaks.length > 0);
    expect(breaking).toEqual(
      breaking.map(() => ({
        type: 'blog post.written',
        message: expect.any(String),
        breaks: ['reader/posts'],
      })),
    );
    expect(breaking.map(({ message }) => message)).toEqual([expect.stringContaining(message)]);
  });
});

describe('breaks nobody:', () => {
  test.each(harmless)('%s', (_, candidate) => {
    expect(compare(candidate).filter(({ breaks }) => breaks.length > 0)).toEqual([]);
  });
});

test('reports each change with the followers that it breaks, and passes when there is none', () => {
  const report = (candidate: EventDefinitions) => formatEventChanges(compare(candidate), true);
  expect(report(change({ ...without('authorId'), note: z.int() }))).toEqual({
    lines: [
      '',
      'Events',
      '  ✗ blog post.written: authorId is removed',
      '      breaks reader/posts',
      '1 change of events; breaks 1 follower. Failed.',
    ],
    passes: false,
  });
  expect(report(change(without('note')))).toEqual({
    lines: [
      '',
      'Events',
      '  ✓ blog post.written: changes in what no follower reads',
      '1 change of events; breaks 0 followers. Passed.',
    ],
    passes: true,
  });
  expect(report(base).lines.at(-1)).toBe('No change of an event; breaks 0 followers. Passed.');
  expect(formatEventChanges([], false)).toEqual({ lines: [], passes: true });
});

test.each(['no JSON', '{}', '{"channels":{"blog":{"messages":{"post.written":{}}}},"components":{}}'])(
  'refuses a file that npm run events has not written: %s',
  (text) => {
    expect(() => readAsyncApi(text, 'main (1a2b3c4)')).toThrow(
      'api/events.asyncapi.json of main (1a2b3c4) is no document that npm run events has written',
    );
  },
);
