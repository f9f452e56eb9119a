// What a subgraph is: the parts that its index.ts names. subgraph.ts opens them.
import { didYouMean } from 'graphql/jsutils/didYouMean.js';
import { suggestionList } from 'graphql/jsutils/suggestionList.js';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { z } from 'zod';
import type { EventType } from '../events/event-type.ts';
import type { Follower } from '../followers/follow.ts';
import type { Environment } from '../process/environment.ts';
import { readSettings } from '../process/environment.ts';
import type { Log } from '../process/log.ts';
import type { Context } from './context.ts';
import type { AskNeighbour } from './neighbours.ts';
import type { ResolverMap } from './unanswered-fields.ts';
import type { Webhook } from './webhook.ts';

export interface SubgraphDefinition<Settings extends z.ZodObject = z.ZodObject, Own = unknown> {
  /** The name of the folder, of the entry in supergraph.yaml, of the database and of its roles. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tables of different rows are in one list
  tables: readonly EntitySchema<any>[];
  /** Oldest first, listed by hand, so that a reviewer sees all migrations that run. */
  migrations: readonly (new () => MigrationInterface)[];
  /** The types of events that it publishes. Its migrations create the table of the events. */
  events?: readonly EventType[];
  /** The events of others that it follows, by the name of the follower. Its migrations create the tables of followers. */
  followers?: Readonly<Record<string, Follower>>;
  resolvers: ResolverMap;
  /** Other subgraphs that it calls in its own name. It can call no others. */
  peers?: readonly string[];
  /** What it sends to its peers, by peer. It becomes a part of their contracts (docs/contracts.md). */
  peerOperations?: Readonly<Record<string, readonly PeerOperation[]>>;
  /** Its refusal codes with their messages: see errors.ts of the subgraph. */
  refusals: Readonly<Record<string, string>>;
  /** Environment variables that only this subgraph reads. Their names start with the name of the subgraph. */
  settings?: Settings;
  /** Throws EnvironmentError for settings that do not fit each other or the environment, such as a secret that production lacks. */
  checkSettings?: (settings: z.infer<Settings>, environment: Environment) => void;
  /** Opens the resources that it needs beside its database, after migrations and before the first operation. */
  open?: (start: OpenOptions<z.infer<Settings>>) => Promise<OwnResources<Own>> | OwnResources<Own>;
  /** Opens the resources that all instances on one machine share, before the first instance. Undefined when there are none. */
  share?: (
    start: Omit<OpenOptions<z.infer<Settings>>, 'databaseUrl'>,
  ) => Promise<SharedResources | undefined>;
  /** Runs once, when the subgraph is open and before its first operation. */
  prepare?: (ctx: Context<Own>) => Promise<void>;
  /** Starts background work when the subgraph is open. Returns a function that stops the work; closing awaits it. */
  background?: (ctx: Context<Own>) => () => Promise<void>;
  /** Webhooks of external senders, by path: see webhook.ts. */
  webhooks?: Readonly<Record<string, Webhook<Own>>>;
  /** The services outside of the graph that it calls with a key, by name. Each question costs little, and finds out whether the key is right. */
  neighbours?: (own: Own) => Readonly<Record<string, AskNeighbour>>;
  /** Receives the origin of its webhooks (http://host:port) when a server listens there. */
  onListening?: (ctx: Context<Own>, origin: string) => void;
  /** Writes demo rows once. It is safe to run at every start. */
  demo?: (ctx: Context<Own>) => Promise<void>;
}

/** An operation that a subgraph sends to a peer. Its text has one operation, with a name. */
export interface PeerOperation {
  text: string;
  /** Sample values, with which the replay of the contract sends it. */
  sample: Readonly<Record<string, unknown>>;
}

type OptionKind = 'text' | 'list' | 'object' | 'function';

/** Each option with the kind of its value. The compiler keeps the list complete. */
const options: Readonly<Record<keyof SubgraphDefinition, { kind: OptionKind; isRequired?: true }>> = {
  name: { kind: 'text', isRequired: true },
  tables: { kind: 'list', isRequired: true },
  migrations: { kind: 'list', isRequired: true },
  events: { kind: 'list' },
  followers: { kind: 'object' },
  resolvers: { kind: 'object', isRequired: true },
  peers: { kind: 'list' },
  peerOperations: { kind: 'object' },
  refusals: { kind: 'object', isRequired: true },
  settings: { kind: 'object' },
  checkSettings: { kind: 'function' },
  open: { kind: 'function' },
  share: { kind: 'function' },
  prepare: { kind: 'function' },
  background: { kind: 'function' },
  webhooks: { kind: 'object' },
  neighbours: { kind: 'function' },
  onListening: { kind: 'function' },
  demo: { kind: 'function' },
};

export interface OptionProblem {
  option: string;
  problem: string;
}

/** Finds the options that defineSubgraph does not know, that are missing, or whose value is of another kind: no compiler runs at a start. */
export function findOptionProblems(definition: object): OptionProblem[] {
  const given = Object.entries(definition).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name);
  const unknown = given.flatMap(([option, value]): OptionProblem[] => {
    const known = Object.hasOwn(options, option) ? options[option as keyof typeof options] : undefined;
    if (known === undefined) {
      const hint = didYouMean(suggestionList(option, Object.keys(options)));
      return [{ option, problem: `is not an option of defineSubgraph.${hint}` }];
    }
    return getKind(value) === known.kind ? [] : [{ option, problem: `must be a ${known.kind}.` }];
  });
  const missing = Object.entries(options).filter(
    ([name, { isRequired }]) => isRequired && !names.includes(name),
  );
  return [...unknown, ...missing.map(([option]) => ({ option, problem: 'is missing.' }))];
}

function getKind(value: unknown): OptionKind | undefined {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'function') return 'function';
  return typeof value === 'object' && value !== null ? 'object' : undefined;
}

export interface OpenOptions<Settings> {
  settings: Settings;
  /** Its database as the runtime role, for a connection outside of the pool. */
  databaseUrl: string;
  environment: Environment;
  log: Log;
}

export interface OwnResources<Own> {
  own: Own;
  close?: () => Promise<void>;
}

/** Resources that the instances on one machine share. The instances find them through environment variables. */
export interface SharedResources {
  variables: Readonly<Record<string, string>>;
  /** Receives the origin of the instances. */
  onListening: (origin: string) => void;
  close: () => Promise<void>;
}

/** The other subgraphs that it calls, or whose events it reads: it needs their URLs, and they trust its identity. */
export function listNeighbours({
  peers = [],
  followers = {},
}: Pick<SubgraphDefinition, 'peers' | 'followers'>): string[] {
  return [...new Set([...peers, ...Object.values(followers).map(({ publisher }) => publisher)])];
}

/** Infers the types of a definition, so that its functions know the types of `own` and `settings`. */
export function defineSubgraph<Settings extends z.ZodObject, Own>(
  definition: SubgraphDefinition<Settings, Own>,
): SubgraphDefinition<Settings, Own> {
  return definition;
}

/**
 * The values of the variables that only this subgraph reads. Throws EnvironmentError. Every command reads them before it starts or
 * writes anything, so that an operator learns of all problems together.
 */
export function readSubgraphSettings<Settings extends z.ZodObject>(
  { settings, checkSettings }: Pick<SubgraphDefinition<Settings>, 'settings' | 'checkSettings'>,
  environment: Environment,
): z.infer<Settings> {
  const values = readSettings(settings ?? z.object({}), environment) as z.infer<Settings>;
  checkSettings?.(values, environment);
  return values;
}

/** Throws EnvironmentError for a variable whose value is invalid. Commands that open no subgraph do not need the missing ones. */
export function checkStatedSettings(
  { settings = z.object({}) }: Pick<SubgraphDefinition, 'settings'>,
  environment: Environment,
): void {
  readSettings(settings.partial(), environment);
}
