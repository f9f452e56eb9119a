// Made-up subgraphs: a blog that publishes events, and a reader that follows some of them.
import { z } from 'zod';
import type { EventDefinitions } from '../../../checks/events/catalogue.ts';
import { defineEvent, type EventType } from '../../../platform/events/event-type.ts';
import { follow, handle } from '../../../platform/followers/follow.ts';

/** The members of the data of `post.written`. */
export const postWrittenData = {
  authorId: z.uuid(),
  state: z.enum(['DRAFT', 'PUBLIC']),
  words: z.int().positive(),
  title: z.string().optional(),
  tags: z.array(z.strictObject({ name: z.string(), weight: z.number().nullable() })),
};

export function definePostWritten(data: z.ZodRawShape): EventType {
  return defineEvent({ name: 'post.written', description: 'The post can be read.', data }) as EventType;
}

export const postDeleted = defineEvent({
  name: 'post.deleted',
  description: 'The post cannot be read any more.',
  data: {},
});

type Definition = EventDefinitions[number];

export const blog: Definition = { name: 'blog', events: [definePostWritten(postWrittenData), postDeleted] };

export function buildReader(reads: z.ZodRawShape, name = 'reader'): Definition {
  const onPostWritten = handle({ reads: z.object(reads), apply: async () => {} });
  return { name, followers: { posts: follow('blog', 'beginning', { 'post.written': onPostWritten }) } };
}

export const reader = buildReader({
  authorId: z.uuid(),
  tags: z.array(z.object({ name: z.string() })),
});
