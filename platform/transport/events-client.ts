// Reads the events of one instance of a subgraph over HTTP (events/event-route.ts).
import type { Pool } from 'undici';
import { z } from 'zod';
import { startTimeout } from '../calls/deadline.ts';
import { eventsPath } from '../events/event-route.ts';
import type { EventsPage, ReadRequest } from '../events/read-events.ts';
import type { Sign } from '../identity/signed-identity.ts';
import { Refusal } from '../values/refusal.ts';
import { exchangeText } from './http-exchange.ts';

export interface EventsOptions {
  name: string;
  pool: Pool;
  sign: Sign;
  /** The service that reads. */
  reader: string;
}

const errorShape = z.object({
  errors: z.tuple([z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }) })]),
});

const pageShape = z.object({ events: z.array(z.looseObject({})), cursor: z.string(), isMore: z.boolean() });

/** An answer that is no page of events: the instance answers, and has no such route, or has failed. */
export class NoEventsPage extends Error {
  override name = 'NoEventsPage';
}

/** The time that an answer may take beside its wait, in milliseconds. */
const answerTimeoutMs = 5_000;

/** Refusals: those of `feedRefusals`, and UNAUTHENTICATED. Throws NoEventsPage. Every other rejection says that there was no answer. */
export async function readEventsOver(
  { name, pool, sign, reader }: EventsOptions,
  { after, types, limit, waitMs }: ReadRequest,
  signal: AbortSignal,
): Promise<EventsPage> {
  const query = new URLSearchParams({ after, limit: String(limit), wait: String(waitMs) });
  if (types !== undefined) query.set('types', types.join(','));
  const authorization = `Bearer ${await sign(name, { kind: 'service', name: reader })}`;
  const path = `${eventsPath}?${query}`;
  const timeout = startTimeout(waitMs + answerTimeoutMs, signal);
  const request = { path, method: 'GET', headers: { authorization } } as const;
  const { statusCode, text } = await exchangeText(pool, request, timeout.signal).finally(timeout.clear);
  const body: unknown = parseJson(text);
  if (statusCode === 200 && pageShape.safeParse(body).success) return body as EventsPage;
  const refused = errorShape.safeParse(body);
  if (!refused.success)
    throw new NoEventsPage(`${name} answered GET ${eventsPath} with HTTP status ${statusCode}`);
  const [{ message, extensions }] = refused.data.errors;
  const { code, ...details } = extensions;
  throw new Refusal(code, message, details);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
