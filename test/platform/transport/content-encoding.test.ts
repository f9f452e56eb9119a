import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeBody } from '../../../platform/transport/content-encoding.ts';

const text = JSON.stringify({ data: { name: 'größe'.repeat(100) } });
const bytes = Buffer.from(text);

test.each([
  ['identity', bytes],
  ['gzip', gzipSync(bytes)],
  ['x-gzip', gzipSync(bytes)],
  ['GZip', gzipSync(bytes)],
  ['br', brotliCompressSync(bytes)],
  ['zstd', zstdCompressSync(bytes)],
  ['deflate', deflateSync(bytes)],
  ['deflate', deflateRawSync(bytes)],
  ['gzip, br', brotliCompressSync(gzipSync(bytes))],
])('decodes %s', async (encoding, body) => {
  expect((await decodeBody(body, encoding, 10_000)).toString()).toBe(text);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
])(
  'stops at the allowed size of a small body with %s that decodes to ten megabytes',
  async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(10_000_000));
    await expect(decodeBody(bomb, encoding, 1_000_000)).rejects.toMatchObject({
      code: 'ERR_BUFFER_TOO_LARGE',
    });
  },
);

test.each([
  ['an unknown encoding', 'sdch', bytes],
  ['a property of every object', 'constructor', bytes],
  ['a body in another encoding', 'gzip', brotliCompressSync(bytes)],
  ['half a body', 'gzip', gzipSync(bytes).subarray(0, 30)],
  ['a chain of encodings', 'gzip, gzip, gzip, gzip', bytes],
])('refuses %s', async (_what, encoding, body) => {
  await expect(decodeBody(body, encoding, 10_000)).rejects.toThrow();
});
