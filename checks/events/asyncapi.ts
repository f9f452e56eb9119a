// api/events.asyncapi.json: the events in the form of AsyncAPI 3.1, for tools and for readers outside of the graph. It is also what the schema
// check reads of an earlier commit, whose code it cannot run. `x-followers` names the readers of a type with the fields that they read.
import { buildSchemaName } from '../../platform/events/event.ts';
import type { CataloguedType, Publisher } from './catalogue.ts';
import type { JsonSchema } from './json-schema.ts';

/** Where the document lies, from the folder of supergraph.yaml. */
export const asyncApiPath = 'api/events.asyncapi.json';

const string = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };

/** What all events have: CloudEvents 1.0 with two extensions (platform/events/event.ts). */
const envelope = {
  description: 'An event in the JSON of CloudEvents 1.0, with the extensions `version` and `traceparent`.',
  type: 'object',
  required: [
    'specversion',
    'id',
    'source',
    'type',
    'subject',
    'version',
    'time',
    'datacontenttype',
    'dataschema',
    'data',
  ],
  properties: {
    specversion: { const: '1.0' },
    id: { ...uuid, description: 'Unique among all events.' },
    source: { ...string, description: 'The subgraph that has published it.' },
    type: string,
    subject: { ...uuid, description: 'The id of the entity that has changed.' },
    version: { type: 'integer', minimum: 1, description: 'Rises by one with each event of the subject.' },
    time: {
      type: 'string',
      format: 'date-time',
      description: 'When the transaction of the change began.',
    },
    datacontenttype: { const: 'application/json' },
    dataschema: { type: 'string', format: 'uri' },
    traceparent: { ...string, description: 'W3C Trace Context. Without it, no trace is known.' },
    data: { type: 'object' },
  },
};

/** The text of the file. */
export function formatAsyncApi(publishers: readonly Publisher[]): string {
  return `${JSON.stringify(buildAsyncApi(publishers), null, 2)}\n`;
}

/** Reads a file that formatAsyncApi has written. Throws an error with the label for any other text. */
export function readAsyncApi(text: string, label: string): Publisher[] {
  try {
    const { channels, components }: ReturnType<typeof buildAsyncApi> = JSON.parse(text);
    return Object.entries(channels).map(([publisher, { messages }]) => ({
      name: publisher,
      types: Object.keys(messages).map((name) => {
        const { summary, 'x-followers': followers } = required(components.messages[`${publisher}.${name}`]);
        const data = required((components.schemas as Record<string, JsonSchema>)[`${publisher}.${name}`]);
        return { name, description: summary, data, followers };
      }),
    }));
  } catch (cause) {
    throw new Error(`${asyncApiPath} of ${label} is no document that npm run events has written`, { cause });
  }
}

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a reference leads nowhere');
  return value;
}

/** Names of components may have dots, and JSON pointers need no escape for them. */
export function buildAsyncApi(publishers: readonly Publisher[]) {
  const types = publishers.flatMap(({ name: publisher, types }) =>
    types.map((type) => ({ publisher, type, key: `${publisher}.${type.name}` })),
  );
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'The events of the graph',
      version: '1',
      description:
        'Written by `npm run events`. Each subgraph serves its events in pages at GET /events, to services with a signed identity. A type never changes its meaning: a change that breaks a reader is a new type.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(publishers.map((publisher) => [publisher.name, buildChannel(publisher)])),
    operations: Object.fromEntries(
      publishers.map(({ name, types }) => [
        `${name}.publish`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${name}` },
          messages: types.map((type) => ({ $ref: `#/channels/${name}/messages/${type.name}` })),
        },
      ]),
    ),
    components: {
      messages: Object.fromEntries(
        types.map(({ publisher, type, key }) => [key, buildMessage(publisher, type, key)]),
      ),
      schemas: {
        event: envelope,
        ...Object.fromEntries(types.map(({ type: { data }, key }) => [key, data])),
      },
    },
  };
}

function buildChannel({ name, types }: Publisher) {
  return {
    address: '/events',
    title: `The events of ${name}`,
    messages: Object.fromEntries(
      types.map((type) => [type.name, { $ref: `#/components/messages/${name}.${type.name}` }]),
    ),
  };
}

function buildMessage(publisher: string, { name, description, followers }: CataloguedType, key: string) {
  return {
    name,
    summary: description,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/event' },
        {
          type: 'object',
          properties: {
            source: { const: publisher },
            type: { const: name },
            dataschema: { const: buildSchemaName(publisher, name) },
            data: { $ref: `#/components/schemas/${key}` },
          },
        },
      ],
    },
    'x-followers': followers,
  };
}
