// Under which ids clients know a document: the hashes of the texts that they make of a file.
import { createHash } from 'node:crypto';
import { type DocumentNode, print } from 'graphql';
import { addTypenames } from './normal-form.ts';

/** SHA-256 is the rule (GraphQL over HTTP, Apollo), SHA-1 the default of graphql-codegen, and MD5 that of Relay. */
const algorithms = ['sha256', 'sha1', 'md5'] as const;

/**
 * The texts that clients send of a file: as it is, with the line breaks of the machine where its front-end was built, with and without
 * one at its end, printed, and printed with the `__typename` of Apollo Client.
 */
export function listTexts(text: string, document: DocumentNode): string[] {
  const unix = text.replaceAll('\r\n', '\n');
  const written = [text, unix, unix.replaceAll('\n', '\r\n')].flatMap((one) => [one, one.trimEnd()]);
  return [...new Set([...written, print(document), print(addTypenames(document))])];
}

export function listIds(text: string): string[] {
  return algorithms.map((algorithm) => createHash(algorithm).update(text).digest('hex'));
}

/** The id without the name of its algorithm, which a client may write before it: `sha256:<hash>`. */
export function normalizeId(id: string): string {
  return id.replace(/^sha256:/, '');
}
