// Opens one subgraph alone on its own database: `const accounts = subgraphTest('accounts')` at the top of a test file.
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import type { Execute, SubgraphResponse } from '../../platform/calls/call.ts';
import type { Viewer } from '../../platform/identity/viewer.ts';
import type { DatabaseUrls } from '../../platform/process/database-urls.ts';
import { readEnvironment } from '../../platform/process/environment.ts';
import type { EnvironmentSource } from '../../platform/process/variables.ts';
import { openSubgraph, type Subgraph } from '../../platform/subgraph/subgraph.ts';
import { readSchema, readSupergraphMap } from '../../platform/supergraph-map.ts';
import { findEntry, loadSubgraph } from '../../subgraphs/load.ts';
import { loadQuietSettings } from './about.ts';
import { cloneDatabase, query } from './databases.ts';
import { required } from './required.ts';
import { temporaryFolder } from './temporary.ts';

interface TestOptions {
  environment?: EnvironmentSource | (() => EnvironmentSource | Promise<EnvironmentSource>);
  /** Executes the subgraph's calls to its peers. Without it, each such call fails the test. */
  peer?: (name: string) => Execute;
  /** Aborts when its process is asked to end. */
  endSignal?: AbortSignal;
}

// biome-ignore lint/suspicious/noExplicitAny: a response has the shape of its query
type Data = Record<string, any>;

export interface SubgraphUnderTest {
  graphql: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<SubgraphResponse>;
  /** The data of the response; the test fails when the response has errors. */
  data: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<Data>;
  /** The code of the first error; the test fails when there is none. */
  refusal: (query: string, variables?: Record<string, unknown>, viewer?: Viewer) => Promise<unknown>;
  /** How many SQL statements the subgraph has sent so far. */
  statements: () => number;
  sql: (text: string, params?: unknown[]) => Promise<Data[]>;
  sqlAsRuntime: (text: string, params?: unknown[]) => Promise<Data[]>;
  opened: () => Subgraph;
  urls: () => DatabaseUrls;
}

export function subgraphTest(name: string, options: TestOptions = {}): SubgraphUnderTest {
  let subgraph: Subgraph | undefined;
  let database: Awaited<ReturnType<typeof cloneDatabase>> | undefined;
  const folder = temporaryFolder();

  beforeAll(async () => {
    const map = readSupergraphMap();
    const entry = findEntry(map, name);
    const given =
      typeof options.environment === 'function' ? await options.environment() : options.environment;
    database = await cloneDatabase({ adminUrl: inject('adminUrl'), name });
    subgraph = await openSubgraph({
      definition: await loadSubgraph(entry),
      sdl: readSchema(map, entry),
      urls: database.urls,
      environment: readEnvironment({
        NODE_ENV: 'test',
        LOG_LEVEL: 'silent',
        DATA_DIR: folder,
        ...(await loadQuietSettings()),
        ...given,
      }),
      clientFor: options.peer ?? rejectPeerCall,
      endSignal: options.endSignal,
    });
  });

  afterAll(async () => {
    await subgraph?.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const opened = () => required(subgraph, 'the subgraph is open between beforeAll and afterAll');
  const urls = () => required(database, 'the database exists between beforeAll and afterAll').urls;
  const graphql: SubgraphUnderTest['graphql'] = (text, variables = {}, viewer = { kind: 'anonymous' }) =>
    opened().execute(
      { query: text, variables },
      { viewer, signal: AbortSignal.timeout(20_000), traceId: '0'.repeat(32) },
    );
  return {
    graphql,
    data: async (...args) => {
      const response = await graphql(...args);
      expect(response.errors).toBeUndefined();
      return required(response.data, 'a response without errors has data');
    },
    refusal: async (...args) => {
      const { errors } = await graphql(...args);
      expect(errors, 'expected a refusal').toBeDefined();
      return errors?.[0]?.extensions?.code;
    },
    statements: () => opened().statements(),
    sql: (text, params) => query(urls().owner, text, params),
    sqlAsRuntime: (text, params) => query(urls().runtime, text, params),
    opened,
    urls,
  };
}

/**
 * Opens further instances on the database of the test, with the settings of the project and not those of tests: background loops run. Each is
 * closed after the test, if the test has not closed it. Call it at the top of a test file.
 */
export function instanceTest(
  name: string,
  { urls }: Pick<SubgraphUnderTest, 'urls'>,
): (settings?: EnvironmentSource) => Promise<Subgraph> {
  const closes: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await Promise.all(closes.splice(0).map((close) => close()));
  });
  return async (settings = {}) => {
    const map = readSupergraphMap();
    const entry = findEntry(map, name);
    const instance = await openSubgraph({
      definition: await loadSubgraph(entry),
      sdl: readSchema(map, entry),
      urls: urls(),
      environment: readEnvironment({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...settings }),
      clientFor: rejectPeerCall,
    });
    let closed: Promise<void> | undefined;
    const close = () => {
      closed ??= instance.close();
      return closed;
    };
    closes.push(close);
    return { ...instance, close };
  };
}

function rejectPeerCall(name: string): Execute {
  throw new Error(`this test did not expect a call to ${name}`);
}
