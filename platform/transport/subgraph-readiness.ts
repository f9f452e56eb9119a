// Asks a subgraph over HTTP whether it is ready. One of the project's own gets an operation at the URL of all operations, with the signed
// identity of this process: a wrong URL, a key that it does not trust, or a clock that is wrong would make every operation fail.
// Where that fails, the health route of the same server says why.
import type { Pool } from 'undici';
import type { Readiness } from '../http/health.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { getUrlKey } from '../supergraph-map.ts';
import { noEncoding } from './content-encoding.ts';
import { exchangeText } from './http-exchange.ts';

/** The verifier tolerates a difference of 5 seconds: a larger one explains a refusal. */
const maxClockDifferenceMs = 5_000;

/** The subgraph adds to its response what it says of itself: see asksForReadiness. */
const question = JSON.stringify({ query: '{ __typename }', extensions: { readiness: true } });

/** True for an operation that asks for the readiness of the subgraph as well, in `extensions` of the response. */
export function asksForReadiness(body: unknown): boolean {
  return Object(Object(body).extensions).readiness === true;
}

/** Rejects when there is no response, or one that only says that the server has failed. */
export async function checkReadiness(
  name: string,
  pool: Pool,
  path: string,
  sign: Sign,
  signal: AbortSignal,
): Promise<Readiness> {
  // The signer puts the name of this process into the identity of a service.
  const authorization = `Bearer ${await sign(name, { kind: 'service', name: 'gateway' })}`;
  const headers = { authorization, 'content-type': 'application/json', 'accept-encoding': noEncoding };
  const request = { path, method: 'POST', headers, body: question } as const;
  const response = await exchangeText(pool, request, signal).catch((cause: unknown) => {
    if (!isPlainHttp(cause)) throw cause;
    return undefined;
  });
  if (response === undefined)
    return fail({ url: `${describeUrl(name)} begins with https, and what answers there speaks http` });
  const { statusCode, text } = response;
  if (statusCode >= 500) throw new Error(`${name} answered with HTTP status ${statusCode}`);
  const { readiness } = Object(parseObject(text).extensions);
  if (statusCode !== 200 || typeof readiness !== 'object' || readiness === null)
    return explain(name, statusCode, await askHealthRoute(pool, authorization, signal));
  const { isReady, time, ...details } = readiness as Record<string, unknown>;
  const clock = describeClock(name, time);
  return { isReady: isReady === true, details: { ...details, ...(clock === undefined ? {} : { clock }) } };
}

interface HealthAnswer {
  statusCode: number;
  body: Readonly<Record<string, unknown>>;
}

async function askHealthRoute(pool: Pool, authorization: string, signal: AbortSignal): Promise<HealthAnswer> {
  const headers = { authorization, 'accept-encoding': noEncoding };
  const request = { path: '/health/ready', method: 'GET', headers } as const;
  const { statusCode, text } = await exchangeText(pool, request, signal);
  return { statusCode, body: parseObject(text) };
}

/** Why an operation with the HTTP status `statusCode` was no answer, as far as the health route of the same server shows. */
function explain(name: string, statusCode: number, health: HealthAnswer): Readiness {
  const { service, status: _status, time, ...details } = health.body;
  const url = describeUrl(name);
  if (typeof service === 'string' && service !== name) return fail({ url: `${url} leads to ${service}` });
  if (statusCode === 401 && health.statusCode === 401 && time !== undefined)
    return fail({ identity: `refused: ${describeClock(name, time) ?? describeKey(name)}` });
  if (service !== name)
    return fail({ answer: `${url} leads to something that is no subgraph: HTTP status ${statusCode}` });
  // A subgraph of an earlier version answers the operation alone.
  if (statusCode === 200) return { isReady: health.statusCode === 200, details };
  return fail({
    url: `${url} leads to ${name}, and to a path without operations: HTTP status ${statusCode}`,
  });
}

function describeUrl(name: string): string {
  return `the URL of ${name} (${getUrlKey(name)}, or routing_url in supergraph.yaml)`;
}

function fail(finding: Record<string, string>): Readiness {
  return { isReady: false, details: finding };
}

/** OpenSSL takes an answer in plain text for a record of a version that it does not know. */
function isPlainHttp(cause: unknown): boolean {
  const { code } = Object(cause) as { code?: unknown };
  return (
    code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  );
}

function describeKey(name: string): string {
  return `IDENTITY_TRUST of ${name} does not have the key that belongs to IDENTITY_KEY of this process`;
}

/** Undefined when the clocks agree, or when the time is unknown. */
function describeClock(name: string, time: unknown): string | undefined {
  const difference = Date.parse(String(time)) - Date.now();
  if (Math.abs(difference) <= maxClockDifferenceMs || Number.isNaN(difference)) return undefined;
  const seconds = Math.round(Math.abs(difference) / 1000);
  return `the clock of ${name} is ${seconds} s ${difference > 0 ? 'ahead of' : 'behind'} the clock of this process`;
}

/** An empty object for text that is no JSON object. */
function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
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
