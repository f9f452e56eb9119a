// The audit line: who ran a mutation that staff may run, on which ids, and how it ended. platform/subgraph/auth.ts wraps each such mutation in it:
// what @auth refuses is written as well. A line has ids and codes alone, never a text that a person typed.
import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { Viewer } from '../identity/viewer.ts';
import type { Log } from '../process/log.ts';
import { isUuid } from '../values/uuid.ts';
import { getPublicCode } from './public-errors.ts';

/** By the name of an argument or of a field of an input; `id` is the id of the result. */
export type AuditedIds = Record<string, string | string[]>;

export interface AuditEntry {
  /** The account and its session, or the kind of another caller. */
  by: Readonly<Record<string, string>>;
  /** The name of the mutation or of the command. */
  act: string;
  on: AuditedIds;
  /** `ok`, or the code of the refusal. */
  outcome: string;
  traceId?: string;
}

export interface AuditContext {
  log: Log;
  viewer: Viewer;
  traceId: string;
}

/** Writes the line whatever LOG_LEVEL is: only `silent` turns it off, so that a level for less noise loses no record. */
export function writeAuditLine(log: Log, entry: AuditEntry): void {
  if (log.level === 'silent') return;
  log.child({ audit: true }, { level: 'info' }).info(entry, 'a member of staff acted, or was refused');
}

/** The resolver of a mutation, with a line for each time that it runs. */
export function auditMutation(
  field: GraphQLField<unknown, unknown>,
  resolve: GraphQLFieldResolver<unknown, AuditContext>,
): GraphQLFieldResolver<unknown, AuditContext> {
  return async (source, args, context, info) => {
    const write = (outcome: string, result?: unknown) =>
      writeAuditLine(context.log, {
        by: describeCaller(context.viewer),
        act: field.name,
        on: collectIds(field, args, result),
        outcome,
        traceId: context.traceId,
      });
    try {
      const result = await resolve(source, args, context, info);
      write('ok', result);
      return result;
    } catch (cause) {
      write(getPublicCode(cause));
      throw cause;
    }
  };
}

function describeCaller(viewer: Viewer): Record<string, string> {
  if (viewer.kind === 'account') return { accountId: viewer.accountId, sessionId: viewer.sessionId };
  return viewer.kind === 'service' ? { service: viewer.name } : { caller: viewer.kind };
}

function collectIds(
  { args: definitions }: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
  result: unknown,
): AuditedIds {
  const ids: AuditedIds = {};
  for (const { name, type } of definitions) addIds(ids, name, type, args[name]);
  const { id } = Object(result) as { id?: unknown };
  if (isUuid(id) && !Object.values(ids).includes(id)) ids.id = id;
  return ids;
}

/** Adds what has the type ID and is a UUID. Any other value may be a text that somebody typed. */
function addIds(ids: AuditedIds, name: string, type: GraphQLInputType, value: unknown): void {
  const given = getNullableType(type);
  if (isListType(given)) {
    for (const item of Array.isArray(value) ? value : []) addIds(ids, name, given.ofType, item);
  } else if (isInputObjectType(given)) {
    const values = Object(value) as Record<string, unknown>;
    for (const part of Object.values(given.getFields())) addIds(ids, part.name, part.type, values[part.name]);
  } else if (given.name === 'ID' && isUuid(value)) {
    const known = ids[name];
    ids[name] = known === undefined ? value : [known, value].flat();
  }
}
