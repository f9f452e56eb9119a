// Asks a subgraph over HTTP whether it is ready. One of the project's own gets the signed identity of this process with it, as with
// every operation: a key that it does not trust, or a clock that is wrong, would make it refuse those as well.
import type { Pool } from 'undici';
import type { Readiness } from '../http/health.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { exchangeText } from './http-exchange.ts';

/** The verifier tolerates a difference of 5 seconds: a larger one explains a refusal. */
const maxClockDifferenceMs = 5_000;

/** Rejects when there is no response. */
export async function checkReadiness(
  name: string,
  pool: Pool,
  sign: Sign,
  signal: AbortSignal,
): Promise<Readiness> {
  // The signer puts the name of this process into the identity of a service.
  const headers = { authorization: `Bearer ${await sign(name, { kind: 'service', name: 'gateway' })}` };
  const request = { path: '/health/ready', method: 'GET', headers } as const;
  const { statusCode, text } = await exchangeText(pool, request, signal);
  const { service: _service, status: _status, ...details } = JSON.parse(text);
  if (statusCode === 401)
    return { isReady: false, details: { identity: describeRefusedIdentity(name, details.time) } };
  return { isReady: statusCode === 200, details };
}

function describeRefusedIdentity(name: string, time: unknown): string {
  const difference = Date.parse(String(time)) - Date.now();
  if (Math.abs(difference) <= maxClockDifferenceMs || Number.isNaN(difference))
    return `refused: IDENTITY_TRUST of ${name} does not have the key that belongs to IDENTITY_KEY of this process`;
  const seconds = Math.round(Math.abs(difference) / 1000);
  return `refused: the clock of ${name} is ${seconds} s ${difference > 0 ? 'ahead of' : 'behind'} the clock of this process`;
}

/** A foreign subgraph may have no health route and may refuse the caller. It is ready unless it answers with a status of 5xx. */
export async function checkForeignReadiness(
  pool: Pool,
  path: string,
  accept: string,
  signal: AbortSignal,
): Promise<Readiness> {
  const headers = { 'content-type': 'application/json', accept };
  const body = JSON.stringify({ query: '{ __typename }' });
  const { statusCode } = await exchangeText(pool, { path, method: 'POST', headers, body }, signal);
  return { isReady: statusCode < 500, details: {} };
}
