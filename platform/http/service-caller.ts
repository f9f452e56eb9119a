// Tells which service sends a request beside GraphQL, and refuses every other caller.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Verify } from '../identity/signed-identity.ts';
import { challenges } from './credentials.ts';
import { parseBearerToken } from './operator.ts';

/** The name of the service whose signed identity the request has. Undefined for every other caller, and for a person. */
export async function findService(
  { headers }: Pick<FastifyRequest, 'headers'>,
  verify: Verify,
): Promise<string | undefined> {
  const viewer = await verify(parseBearerToken(headers.authorization ?? '') ?? '').catch(() => undefined);
  return viewer?.kind === 'service' ? viewer.name : undefined;
}

/** Answers 401. The message says which identity is required. */
export function refuseCaller(reply: FastifyReply, message: string): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', challenges.tokenInvalid)
    .send({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
}
