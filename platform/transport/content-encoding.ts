// Decodes the bodies of responses. A client asks for bodies without an encoding (networks inside of a data centre cost less than
// compression), but some servers and proxies compress all the same.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions, zstdDecompress } from 'node:zlib';

/** The value of Accept-Encoding that says so (RFC 9110, section 12.5.3). */
export const noEncoding = 'identity';

type Decode = (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>;

const decoders: Readonly<Record<string, Decode>> = {
  identity: async (bytes) => bytes,
  gzip: promisify(gunzip) as Decode,
  'x-gzip': promisify(gunzip) as Decode,
  br: promisify(brotliDecompress) as Decode,
  zstd: promisify(zstdDecompress) as Decode,
  // "deflate" is the zlib format (RFC 9110, section 8.4.1.2). Some servers send the raw data without its header.
  deflate: (bytes, options) => ((bytes[0] ?? 0) % 16 === 8 ? inflated : inflatedRaw)(bytes, options),
};
const inflated = promisify(inflate) as Decode;
const inflatedRaw = promisify(inflateRaw) as Decode;

/** More than one encoding of a body is allowed, and never of use. */
const maxEncodings = 3;

/**
 * The body without its encodings, which are listed in the order in which they were applied. Rejects with ERR_BUFFER_TOO_LARGE when
 * it has more than `maxBytes`, so that a small body cannot fill the memory, and with another error when it cannot be decoded.
 */
export async function decodeBody(bytes: Buffer, contentEncoding: string, maxBytes: number): Promise<Buffer> {
  const encodings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  if (encodings.length > maxEncodings) throw new Error(`the body has ${encodings.length} encodings`);
  let decoded = bytes;
  for (const name of encodings.reverse()) {
    const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
    if (decode === undefined) throw new Error('the body has an encoding that is not known');
    decoded = await decode(decoded, { maxOutputLength: maxBytes });
  }
  return decoded;
}
