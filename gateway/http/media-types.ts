// The media types of requests and responses. A request is JSON in UTF-8, and not compressed. A response is application/json or
// application/graphql-response+json. The gateway refuses other types before it executes anything.
import type { FastifyRequest } from 'fastify';
import { isUtf8ContentType, isUtf8Name } from '../../platform/http/content-type.ts';
import { HttpRefusal } from './refusal.ts';

const json = 'application/json';
export const graphqlJson = 'application/graphql-response+json';

export interface ResponseForm {
  type: typeof json | typeof graphqlJson;
  /** True when the client names application/json itself, and not a wildcard that includes it: see status.ts. */
  isJsonByName: boolean;
}

interface MediaRange {
  type: string;
  quality: number;
  index: number;
}

/** Follows the Accept header. Throws 406. Of two types with equal quality, the one that is named first wins. */
export function chooseResponseForm(accept: string | undefined): ResponseForm {
  const ranges = parseAccept(accept ?? '*/*');
  const [best] = [json, graphqlJson]
    .flatMap((type) => {
      const range = findMostSpecificRange(type, ranges);
      return range === undefined || range.quality === 0 ? [] : [{ type, range }];
    })
    .sort((a, b) => b.range.quality - a.range.quality || a.range.index - b.range.index);
  if (best === undefined) throw new HttpRefusal(406, 'NOT_ACCEPTABLE');
  return { type: best.type as ResponseForm['type'], isJsonByName: best.range.type === json };
}

function findMostSpecificRange(type: string, ranges: readonly MediaRange[]): MediaRange | undefined {
  for (const pattern of [type, 'application/*', '*/*']) {
    const range = ranges.find((candidate) => candidate.type === pattern);
    if (range !== undefined) return range;
  }
  return undefined;
}

/** Leaves out ranges that are malformed, and ranges with a charset other than UTF-8. */
function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').flatMap((part, index) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    const charset = parameters.find((text) => text.startsWith('charset='))?.slice(8);
    if (charset !== undefined && !isUtf8Name(charset)) return [];
    return quality >= 0 && quality <= 1 ? [{ type, quality, index }] : [];
  });
}

/** True when a browser opens the address: only then the Accept header names HTML. */
export function acceptsPage({ method, headers: { accept } }: FastifyRequest): boolean {
  return method === 'GET' && parseAccept(accept ?? '').some(({ type }) => type === 'text/html');
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
