// In what form a request comes and its answer is wanted: JSON in UTF-8, not compressed; application/json or
// application/graphql-response+json. What cannot be answered is refused before anything is done, not after.
import type { FastifyRequest } from 'fastify';
import { HttpRefusal } from './refusal.ts';

const json = 'application/json';
export const graphqlJson = 'application/graphql-response+json';

export interface Wanted {
  type: typeof json | typeof graphqlJson;
  /** The client named application/json, instead of taking anything: see status.ts. */
  isPlainByName: boolean;
}

interface Range {
  type: string;
  quality: number;
  index: number;
}

/** The form of the answer, by the Accept header. Throws 406. Between equals the one that is named first wins. */
export function wantedType(accept: string | undefined): Wanted {
  const ranges = rangesOf(accept ?? '*/*');
  const [best] = [json, graphqlJson]
    .flatMap((type) => {
      const range = mostSpecific(type, ranges);
      return range === undefined || range.quality === 0 ? [] : [{ type, range }];
    })
    .sort((a, b) => b.range.quality - a.range.quality || a.range.index - b.range.index);
  if (best === undefined) throw new HttpRefusal(406, 'NOT_ACCEPTABLE');
  return { type: best.type as Wanted['type'], isPlainByName: best.range.type === json };
}

function mostSpecific(type: string, ranges: readonly Range[]): Range | undefined {
  for (const pattern of [type, 'application/*', '*/*']) {
    const range = ranges.find((candidate) => candidate.type === pattern);
    if (range !== undefined) return range;
  }
  return undefined;
}

/** Ranges that make no sense, and charsets other than UTF-8, are as if they were not there. */
function rangesOf(accept: string): Range[] {
  return accept.split(',').flatMap((part, index) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
    const charset = parameters.find((text) => text.startsWith('charset='))?.slice(8);
    if (charset !== undefined && !isUtf8(charset)) return [];
    return quality >= 0 && quality <= 1 ? [{ type, quality, index }] : [];
  });
}

/** True for a browser's navigation: it names HTML, which nothing else does. */
export function wantsPage({ method, headers: { accept } }: FastifyRequest): boolean {
  return method === 'GET' && rangesOf(accept ?? '').some(({ type }) => type === 'text/html');
}

/** Throws 415 for a charset other than UTF-8: what it writes would be read as something else. */
export function refuseCharset(contentType: string | undefined): void {
  const charset = /;\s*charset\s*=\s*([^;]*)/i.exec(contentType ?? '')?.[1];
  if (charset !== undefined && !isUtf8(charset)) throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE');
}

/** Throws 415 for a compressed body: some kilobytes of it would be gigabytes here, and clients have little to say. */
export async function refuseCompressed({ headers }: FastifyRequest): Promise<void> {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return;
  throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'The request body may not be compressed.', {
    'accept-encoding': 'identity',
  });
}

function isUtf8(charset: string): boolean {
  return /^"?utf-?8"?$/i.test(charset.trim());
}
