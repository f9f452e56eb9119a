// An event as its followers receive it, in memory and over HTTP alike: the JSON of CloudEvents 1.0, with the extensions traceparent
// (distributed tracing) and `version`.
import type { EventRow } from './feed.ts';

export interface PublishedEvent<Data = Readonly<Record<string, unknown>>> {
  specversion: '1.0';
  /** A UUIDv7. */
  id: string;
  /** The subgraph that has published it. */
  source: string;
  type: string;
  /** The id of the entity that has changed. */
  subject: string;
  /** Rises by one with each event of the subject, and begins at 1. */
  version: number;
  /** When the transaction of the change began, in the form of RFC 3339. */
  time: string;
  datacontenttype: 'application/json';
  /** Names the schema of the data: `npm run events` prints it. */
  dataschema: string;
  /** W3C Trace Context. Without it, no trace is known. */
  traceparent?: string;
  data: Data;
}

export function toPublishedEvent(source: string, row: EventRow): PublishedEvent {
  const { id, type, subject, version, time, traceparent } = row;
  return {
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    version,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    dataschema: buildSchemaName(source, type),
    ...(traceparent === null ? {} : { traceparent }),
    data: row.data as PublishedEvent['data'],
  };
}

/** CloudEvents wants an absolute URI, and no server has to answer at it. */
export function buildSchemaName(source: string, type: string): string {
  return `urn:tributary:${source}:${type}`;
}
