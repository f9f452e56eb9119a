// Reads the Accept header: which of the two media types of a response the client asked for, and whether a browser wants a page.
// Whether a request is refused when it accepts neither type is decided in media-types.ts.
import type { FastifyRequest } from 'fastify';
import { isUtf8Name } from '../../platform/http/content-type.ts';

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

/** Undefined when the client accepts neither type. Of two types with equal quality, the one that is named first wins. */
export function findResponseForm(accept: string | undefined): ResponseForm | undefined {
  const ranges = parseAccept(accept ?? '*/*');
  const [best] = ([json, graphqlJson] as const)
    .flatMap((type) => {
      const range = findMostSpecificRange(type, ranges);
      return range === undefined || range.quality === 0 ? [] : [{ type, range }];
    })
    .sort((a, b) => b.range.quality - a.range.quality || a.range.index - b.range.index);
  return best && { type: best.type, isJsonByName: best.range.type === json };
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
