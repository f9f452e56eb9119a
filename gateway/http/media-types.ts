// The media types of requests and responses. A request is JSON in UTF-8, and not compressed. A response is application/json or
// application/graphql-response+json. The gateway refuses other types before it executes anything.
import type { FastifyRequest } from 'fastify';
import { isUtf8ContentType } from '../../platform/http/content-type.ts';
import { findResponseForm, type ResponseForm } from './accept.ts';
import { HttpRefusal } from './refusal.ts';

/** Follows the Accept header. Throws 406. */
export function chooseResponseForm(accept: string | undefined): ResponseForm {
  const form = findResponseForm(accept);
  if (form === undefined) throw new HttpRefusal(406, 'NOT_ACCEPTABLE');
  return form;
}

/** Throws 415 for a charset other than UTF-8, whose bytes the gateway would decode wrongly. */
export function refuseOtherCharset(contentType = ''): void {
  if (!isUtf8ContentType(contentType)) throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE');
}

/** Throws 415 for a compressed body: a few kilobytes could expand to gigabytes, and honest requests are small. */
export async function refuseCompressedBody({ headers }: FastifyRequest): Promise<void> {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return;
  throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The request body must not be compressed.', {
    'accept-encoding': 'identity',
  });
}
