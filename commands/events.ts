// npm run events [-- --check]: prints the catalogue of events, and writes it to api/events.asyncapi.json and to the tables of docs/events.md.
// With --check it only compares. What an operator does about followers (docs/events.md):
//   parked [<subgraph>]                             lists the events whose effect fails
//   replay <subgraph> <event id>                    has a parked event tried again at once
//   skip <subgraph> <event id>                      drops a parked event
//   restart <subgraph> <follower> beginning|now     chooses where a follower goes on
// In production, skip and restart ask first. Without a terminal they need --yes. The databases are those of `npm run migrate`.
import { writeAuditLine } from '../platform/calls/audit.ts';
import {
  describeParked,
  type FollowerDatabase,
  findParked,
  replayEvent,
  restartFollower,
  skipEvent,
} from '../platform/followers/operator-acts.ts';
import {
  findOperatorDatabases,
  type OperatorDatabase,
  openOperatorDatabase,
  readOperatorEnvironment,
} from '../platform/operator/operator-database.ts';
import { ask, hasTerminal, print, runCommand } from '../platform/process/command.ts';
import { loadEnvironmentFile } from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { OpenResources } from '../platform/process/shutdown.ts';
import type { SubgraphDefinition } from '../platform/subgraph/definition.ts';
import { readSupergraphMap, type SupergraphMap } from '../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../subgraphs/load.ts';

const usage =
  'usage: npm run events [-- --check | parked [<subgraph>] | replay <subgraph> <event id> | skip <subgraph> <event id> [--yes] | restart <subgraph> <follower> beginning|now [--yes]]';

interface Target extends OperatorDatabase {
  definition: SubgraphDefinition;
  /** Asks in production whether it is to be done. */
  agree: (question: string) => Promise<void>;
}

interface Act {
  /** The numbers of arguments that it takes, beside --yes. */
  counts: readonly number[];
  /** An act that may lose or repeat an effect asks first. */
  asks?: true;
  run: (target: Target, ...args: string[]) => Promise<void>;
}

const acts: Readonly<Record<string, Act>> = {
  parked: {
    counts: [0, 1],
    run: async (target) => {
      const lines = await describeParked(target);
      for (const line of lines.length === 0 ? [`${target.subgraph}: no event is parked`] : lines) print(line);
    },
  },
  replay: {
    counts: [2],
    run: async (target, id = '') => {
      for (const follower of await replayEvent(target, id))
        print(`${target.subgraph}/${follower} tries the event ${id} again at once`);
      audit(target, 'replay', { event: id });
    },
  },
  skip: {
    counts: [2],
    asks: true,
    run: async (target, id = '') => {
      const names = (await findParked(target, id)).map(({ follower }) => follower).join(' and ');
      await target.agree(`drop the event ${id} of ${names}`);
      for (const follower of await skipEvent(target, id))
        print(`${target.subgraph}/${follower} has dropped the event ${id}: its effect never happens`);
      audit(target, 'skip', { event: id });
    },
  },
  restart: {
    counts: [3],
    asks: true,
    run: async (target, follower = '', place = '') => {
      const names = Object.keys(target.definition.followers ?? {});
      if (!names.includes(follower))
        throw new Error(
          `${target.subgraph} has no follower "${follower}"; its followers are: ${names.join(', ')}`,
        );
      const events = place === 'now' ? 'the events from now on' : 'all events that are kept';
      await target.agree(`restart ${follower} with ${events}`);
      await restartFollower(target, follower, place === 'now' ? place : 'beginning');
      print(`${target.subgraph}/${follower} goes on with ${events}`);
      audit(target, `restart ${follower} at ${place}`, {});
    },
  },
};

await runCommand(async (args) => {
  const [verb = '', ...rest] = args;
  if (args.every((argument) => argument === '--check')) {
    // An image has the acts of an operator, and no code that writes files of the project.
    const { showCatalogue } = await import('../local/event-catalogue.ts');
    return showCatalogue({ isCheck: args.length > 0 });
  }
  const act = Object.hasOwn(acts, verb) ? acts[verb] : undefined;
  const given = act?.asks ? rest.filter((argument) => argument !== '--yes') : rest;
  if (!act?.counts.includes(given.length) || given.some((argument) => argument.startsWith('-')))
    throw new UsageError(usage);
  if (verb === 'restart' && !['beginning', 'now'].includes(given[2] ?? '')) throw new UsageError(usage);
  const [name, ...more] = given;
  await actOn(name, (target) => act.run(target, ...more), {
    asks: act.asks === true && !rest.includes('--yes') ? verb : undefined,
  });
});

/** Acts on one subgraph, or without a name on each that follows others. `asks` names an act that asks in production. */
async function actOn(
  name: string | undefined,
  act: (target: Target) => Promise<void>,
  { asks }: { asks: string | undefined },
): Promise<void> {
  loadEnvironmentFile();
  const map = readSupergraphMap();
  const definitions = await loadFollowing(map, name);
  const all = map.subgraphs.map((entry) => entry.name);
  const names = definitions.map((definition) => definition.name);
  const environment = readOperatorEnvironment(all, names);
  const isAsked = asks !== undefined && environment.NODE_ENV === 'production';
  if (isAsked && !hasTerminal())
    throw new Error(
      `In production, ${asks} asks first, and there is no terminal: add --yes to go on without a question`,
    );
  const opened = new OpenResources();
  try {
    const databases = await findOperatorDatabases({ all, names, environment, opened }, async (options) => {
      const { openCommandDatabases } = await import('../local/postgres/command-databases.ts');
      return openCommandDatabases(options);
    });
    for (const definition of definitions) {
      const database = await openOperatorDatabase(definition.name, databases, 'events', {
        environment,
        opened,
      });
      const agree = (question: string) => (isAsked ? agreeTo(database, question) : Promise.resolve());
      const target = { ...database, definition, agree };
      await act(target).catch((cause: unknown) => refuseMissingTables(database, cause));
    }
  } finally {
    await opened.close();
  }
}

async function loadFollowing(map: SupergraphMap, name: string | undefined): Promise<SubgraphDefinition[]> {
  const entries = name === undefined ? map.subgraphs : [findEntry(map, name)];
  const definitions = await Promise.all(entries.map(loadSubgraph));
  const following = definitions.filter(({ followers = {} }) => Object.keys(followers).length > 0);
  if (following.length === 0)
    throw new Error(
      name === undefined ? 'No subgraph follows another one' : `${name} follows no other subgraph`,
    );
  return following;
}

async function agreeTo({ subgraph, description }: OperatorDatabase, what: string): Promise<void> {
  const answer = await ask(`${subgraph}: ${what} in ${description}? Answer ${subgraph} or yes: `);
  if (answer !== subgraph && answer !== 'yes')
    throw new Error(`${subgraph}: nothing was changed, because the answer was neither ${subgraph} nor yes`);
}

/** SQLSTATE undefined_table: the migration that creates the tables of followers has not run. */
function refuseMissingTables({ subgraph }: FollowerDatabase, cause: unknown): never {
  const { code } = Object(cause) as { code?: unknown };
  if (code !== '42P01') throw cause;
  throw new Error(`${subgraph} has no tables of followers yet; run: npm run migrate -- ${subgraph} up`, {
    cause,
  });
}

function audit({ log }: Target, verb: string, on: Record<string, string>): void {
  writeAuditLine(log, { by: { caller: 'operator' }, act: `npm run events, ${verb}`, on, outcome: 'ok' });
}
