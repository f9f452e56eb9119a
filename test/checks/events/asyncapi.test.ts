// The AsyncAPI document, judged by the official JSON schema of AsyncAPI, and its payloads by an event as a subgraph publishes it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { asyncApiPath, buildAsyncApi } from '../../../checks/events/asyncapi.ts';
import { buildCatalogue } from '../../../checks/events/catalogue.ts';
import { toPublishedEvent } from '../../../platform/events/event.ts';
import { newId } from '../../../platform/values/uuid.ts';
import { blog, reader } from './blog.ts';

// Formats are left out: ajv would need a package for them.
const validateDocument = new Ajv({
  strict: false,
  meta: false,
  validateSchema: false,
  validateFormats: false,
}).compile(createRequire(import.meta.url)('@asyncapi/specs/schemas/3.1.0.json'));

const build = () => buildAsyncApi(buildCatalogue([blog, reader]));

describe('the document', () => {
  test('is AsyncAPI, for made-up subgraphs and as it lies in api/', () => {
    const documents = [build(), buildAsyncApi([]), JSON.parse(readFileSync(asyncApiPath, 'utf8'))];
    for (const document of documents) {
      validateDocument(document);
      expect(validateDocument.errors).toBeNull();
    }
  });

  test('would be refused with an action that AsyncAPI does not know, or without a title', () => {
    const document = build();
    const publish = document.operations['blog.publish'];
    expect(
      validateDocument({
        ...document,
        operations: { 'blog.publish': { ...publish, action: 'publish' } },
      }),
    ).toBe(false);
    expect(validateDocument({ ...document, info: { version: '1' } })).toBe(false);
  });

  test('leads each reference to a part that is there', () => {
    const document = build();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, path = '']) => path,
    );
    expect(new Set(references).size).toBe(8);
    for (const path of references) {
      const found = path
        .split('/')
        .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], document);
      expect(found, path).toBeDefined();
    }
  });

  test('names who reads which fields of a type', () => {
    expect(build().components.messages['blog.post.written']).toMatchObject({
      name: 'post.written',
      summary: 'The post can be read.',
      'x-followers': [
        {
          subgraph: 'reader',
          follower: 'posts',
          reads: { properties: { authorId: { type: 'string', format: 'uuid' } } },
        },
      ],
    });
  });
});

describe('the payload of a type', () => {
  const { components } = build();
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile({
    ...components.messages['blog.post.written']?.payload,
    components,
  });
  const row = {
    id: newId(),
    type: 'post.written',
    subject: newId(),
    version: 1,
    time: new Date(),
    traceparent: null,
    data: { authorId: newId(), state: 'DRAFT', words: 3, tags: [{ name: 'news', weight: null }] },
  };
  const event = toPublishedEvent('blog', { ...row, position: '1' });

  test('accepts an event as its followers receive it, and one with members that do not exist yet', () => {
    expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...event, data: { ...event.data, later: 1 } })).toBe(true);
  });

  test.each<[string, object]>([
    ['without a version', { ...event, version: undefined }],
    ['of another publisher', { ...event, source: 'shop' }],
    ['of another type', { ...event, type: 'post.deleted' }],
    ['whose data lacks a member', { ...event, data: { ...event.data, words: undefined } }],
    ['whose data has a value of another type', { ...event, data: { ...event.data, words: 'three' } }],
  ])('refuses one %s', (_, wrong) => {
    expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false);
  });
});
