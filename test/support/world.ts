// A whole graph in which journeys run: in one process or in one for each service, over databases in one of three topologies.
// A journey sees only what a client sees, so that it must pass in every world.

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { openGraph } from '../../local/graph/graph.ts';
import { loadGraph } from '../../local/graph/loaded-graph.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import { OpenResources } from '../../platform/process/shutdown.ts';
import type { Subgraph } from '../../platform/subgraph/subgraph.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';
import { loadSubgraph } from '../../subgraphs/load.ts';
import { getSharedPlanning } from '../gateway/shared-planning.ts';
import { checkEvents } from '../platform/events/check-events.ts';
import { loadQuietSettings } from './about.ts';
import { query } from './databases.ts';
import { type StartedProcesses, startProcesses } from './processes.ts';
import { required } from './required.ts';
import { temporaryFolder } from './temporary.ts';
import { type PlacedDatabases, placeDatabases, type Topology } from './topology.ts';
import { operatorToken } from './viewers.ts';
import type { GraphResponse, Session, World } from './world-interface.ts';

export type { GraphResponse, Session, World };

export type Mode = 'one process' | 'processes';

interface Running {
  url: string;
  placed: PlacedDatabases;
  subgraphs: ReadonlyMap<string, Subgraph>;
  started?: StartedProcesses;
  stop: () => Promise<void>;
}

/** Databases in one of the topologies, or where a test places them itself. */
export type Placement = Topology | (() => Promise<PlacedDatabases>);

/** Opens a world for the tests of the current `describe`, and closes it after them. */
export function openWorld(mode: Mode, placement: Placement): World {
  let running: Running | undefined;
  let staffSession: Promise<Session> | undefined;
  beforeAll(async () => {
    running = mode === 'one process' ? await openOneProcess(placement) : await openProcesses(placement);
  });
  afterAll(async () => {
    await running?.stop();
  });
  const getRunning = () => required(running, 'the world is open between beforeAll and afterAll');

  const graphql: World['graphql'] = async (text, variables = {}, session) => {
    const response = await fetch(getRunning().url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(session === undefined ? {} : { authorization: `Bearer ${session.token}` }),
      },
      body: JSON.stringify({ query: text, variables }),
    });
    return { status: response.status, ...((await response.json()) as Omit<GraphResponse, 'status'>) };
  };
  const data: World['data'] = async (...args) => {
    const reply = await graphql(...args);
    expect(reply.errors).toBeUndefined();
    return required(reply.data, 'a response without errors has data');
  };
  const signUp = async (): Promise<Session & { email: string; password: string }> => {
    const email = `${randomUUID()}@example.com`;
    const password = 'correct horse battery';
    await data(createAccount, { input: { email, password, name: 'Ada Lovelace' } });
    const { createSession: created } = await data(createSession, { input: { email, password } });
    return { token: created.token, accountId: created.account.id, email, password };
  };
  const sql: World['sql'] = (name, text, params) =>
    query(required(getRunning().placed.urls.get(name), `${name} has a database`).owner, text, params);
  const becomeStaff = async () => {
    const session = await signUp();
    await sql('accounts', `UPDATE accounts.account SET roles = '{CUSTOMER,STAFF}' WHERE id = $1`, [
      session.accountId,
    ]);
    return session;
  };
  const staff = () => {
    staffSession ??= becomeStaff();
    return staffSession;
  };
  return {
    url: () => getRunning().url,
    graphql,
    data,
    refusal: async (...args) => {
      const { errors } = await graphql(...args);
      expect(errors, 'expected a refusal').toBeDefined();
      return errors?.[0]?.extensions.code;
    },
    customer: signUp,
    staff,
    product: async ({ price = '12.50', currency = 'EUR', stock = 10, name = 'Teapot' } = {}) => {
      const input = {
        sku: randomUUID().toUpperCase(),
        name,
        description: 'Pours well.',
        price: { amount: price, currency },
        stock,
      };
      return (await data(createProduct, { input }, await staff())).createProduct.id;
    },
    sql,
    subgraphs: () => getRunning().subgraphs,
    started: () => required(getRunning().started, 'the world runs in several processes'),
  };
}

const createAccount = 'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { id } }';
const createSession =
  'mutation ($input: CreateSessionInput!) { createSession(input: $input) { token account { id } } }';
const createProduct = 'mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }';

const place = (placement: Placement) =>
  typeof placement === 'string' ? placeDatabases(placement) : placement();

/** No journey may have written an event that does not fit its type. */
async function checkAllEvents({ urls }: PlacedDatabases): Promise<void> {
  for (const entry of readSupergraphMap().subgraphs) {
    const { owner } = required(urls.get(entry.name), `${entry.name} has a database`);
    await checkEvents(await loadSubgraph(entry), owner);
  }
}

async function openOneProcess(placement: Placement): Promise<Running> {
  const resources = new OpenResources();
  const placed = await place(placement);
  resources.add('databases', placed.remove);
  const folder = temporaryFolder();
  resources.add('data folder', async () => rmSync(folder, { recursive: true, force: true }));
  const environment = readEnvironment({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    OPERATOR_TOKEN: operatorToken,
    DATA_DIR: folder,
    ...(await loadQuietSettings()),
    // All clients of a test have the same address.
    ACCOUNTS_SIGN_UPS_PER_ADDRESS: '1000000',
    ACCOUNTS_ATTEMPTS_PER_ADDRESS: '1000000',
  });
  const options = {
    graph: await loadGraph(readSupergraphMap()),
    environment,
    urls: placed.urls,
    opened: resources,
    host: '127.0.0.1',
    port: 0,
    planning: getSharedPlanning(),
  };
  try {
    const { gateway, subgraphs } = await openGraph(options);
    return {
      url: gateway.url,
      placed,
      subgraphs,
      stop: async () => {
        await checkAllEvents(placed);
        expect(await resources.close()).toEqual([]);
      },
    };
  } catch (cause) {
    await resources.close();
    throw cause;
  }
}

async function openProcesses(placement: Placement): Promise<Running> {
  const resources = new OpenResources();
  const placed = await place(placement);
  resources.add('databases', placed.remove);
  try {
    const started = await startProcesses(placed.urls, resources);
    const stop = async () => {
      await checkAllEvents(placed);
      expect(await resources.close()).toEqual([]);
    };
    return { url: started.url, placed, subgraphs: new Map(), started, stop };
  } catch (cause) {
    await resources.close();
    throw cause;
  }
}
