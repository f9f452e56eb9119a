// Recognises the operator, who may read the details of a process: by OPERATOR_TOKEN, in the header that every client library can set.
import { createHash, timingSafeEqual } from 'node:crypto';

/** The token of `Authorization: Bearer <token>`; undefined for another scheme. */
export function parseBearerToken(authorization: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

/** Without an operator token, nobody is the operator. */
export function createOperatorCheck(
  operatorToken: string | undefined,
): (authorization: string) => Promise<boolean> {
  if (operatorToken === undefined) return async () => false;
  const expected = sha256(operatorToken);
  return async (authorization) => {
    const token = parseBearerToken(authorization);
    // Of equal length, and compared in constant time: how long it takes tells nothing about the token.
    return token !== undefined && timingSafeEqual(sha256(token), expected);
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
