// Creates a self-signed certificate for 127.0.0.1, valid for a day. Node cannot create certificates, so this file writes the
// few DER structures (RFC 5280) itself.
import { generateKeyPairSync, sign } from 'node:crypto';

const tag = { integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 23, sequence: 48, set: 49 } as const;

/** Returns the certificate and its private key in PEM. A client that trusts the certificate trusts the server. */
export function createCertificate(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)); // ecdsa-with-SHA256
  const commonName = sequence(oid(0x55, 0x04, 0x03), encodeDer(tag.utf8, Buffer.from('tributary test')));
  const name = sequence(encodeDer(tag.set, commonName));
  const now = Date.now();
  const day = 24 * 60 * 60 * 1000;
  const alternative = sequence(encodeDer(0x87, Buffer.from([127, 0, 0, 1]))); // an iPAddress
  const extensions = sequence(sequence(oid(0x55, 0x1d, 0x11), encodeDer(tag.octets, alternative)));
  const body = sequence(
    encodeDer(0xa0, integer(2)), // version 3
    integer(1),
    algorithm,
    name,
    sequence(time(now - day), time(now + day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    encodeDer(0xa3, extensions),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const base64 = sequence(body, algorithm, encodeDer(tag.bits, signature))
    .toString('base64')
    .replaceAll(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function encodeDer(kind: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([kind, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return encodeDer(tag.sequence, Buffer.concat(parts));
}

function integer(value: number): Buffer {
  return encodeDer(tag.integer, Buffer.from([value]));
}

function oid(...bytes: readonly number[]): Buffer {
  return encodeDer(tag.oid, Buffer.from(bytes));
}

/** UTCTime: YYMMDDHHMMSSZ. */
function time(epochMs: number): Buffer {
  const digits = new Date(epochMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return encodeDer(tag.time, Buffer.from(digits.slice(2)));
}
