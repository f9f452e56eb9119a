// A whole graph over a copy of the project, whose files a test may change while requests run: in one process, as npm start
// runs it, or in a process for each service.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoLogin } from '../../../local/graph/demo.ts';
import { findFreePort } from '../../../local/postgres/cluster.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import { OpenResources } from '../../../platform/process/shutdown.ts';
import { copyProject } from '../../support/commands.ts';
import { type RunningProcess, startProcess, startProcesses, waitForOutput } from '../../support/processes.ts';
import { required } from '../../support/required.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { placeDatabases } from '../../support/topology.ts';
import type { Mode } from '../../support/world.ts';

export interface Reply {
  status: number;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: { code: string } }[];
  };
}

export interface ChangingWorld {
  ask: (query: string, token?: string) => Promise<Reply>;
  /** Signs in as somebody of the demo; answers the token. */
  signIn: () => Promise<string>;
  /** A file of the copy. */
  read: (file: string) => string;
  /** Writes it as editors do: another one, which is renamed. */
  write: (file: string, text: string) => void;
  edit: (file: string, change: (text: string) => string) => void;
  /** What the process that serves the graph has logged so far, and what that of a subgraph has. */
  said: (name?: string) => string;
  close: () => Promise<{ name: string; cause: unknown }[]>;
}

const variables = { NODE_ENV: 'test', LOG_LEVEL: 'info', HOT_RELOAD: 'true', DEMO_DATA: 'true' };

export async function openChangingWorld(mode: Mode): Promise<ChangingWorld> {
  const opened = new OpenResources();
  const folder = temporaryFolder();
  opened.add('copy', async () => rmSync(folder, { recursive: true, force: true }));
  const copy = copyProject(folder);
  try {
    const { url, processOf } = await (mode === 'one process' ? openOne : openMany)(copy, opened);
    const ask: ChangingWorld['ask'] = async (query, token) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const headers = { 'content-type': 'application/json', ...authorization };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      return { status: response.status, body: (await response.json()) as Reply['body'] };
    };
    const read = (file: string) => readFileSync(join(copy, file), 'utf8');
    const write = (file: string, text: string) => {
      writeFileSync(join(copy, `${file}~`), text);
      renameSync(join(copy, `${file}~`), join(copy, file));
    };
    return {
      ask,
      signIn: async () => {
        const input = `{ email: "${demoLogin.email}", password: "${demoLogin.password}" }`;
        const { body } = await ask(`mutation { createSession(input: ${input}) { token } }`);
        const { createSession } = (body.data ?? {}) as { createSession?: { token: string } };
        return required(createSession, `signed in: ${JSON.stringify(body)}`).token;
      },
      read,
      write,
      edit: (file, change) => write(file, change(read(file))),
      said: (name = 'gateway') => processOf(name).output(),
      close: () => opened.close(),
    };
  } catch (cause) {
    await opened.close();
    throw cause;
  }
}

interface Running {
  url: string;
  processOf: (name: string) => RunningProcess;
}

async function openOne(cwd: string, opened: OpenResources): Promise<Running> {
  const placed = await placeDatabases('databases');
  opened.add('databases', placed.remove);
  const urls = [...placed.urls].flatMap(([name, { runtime, owner, admin }]) => {
    const keys = getDatabaseKeys(name);
    return [
      [keys.runtime, runtime],
      [keys.owner, owner],
      [keys.admin, admin],
    ];
  });
  const port = await findFreePort();
  const own = { PORT: String(port), DATA_DIR: join(cwd, 'state'), ...Object.fromEntries(urls) };
  const running = startProcess(['commands/start.ts'], { ...variables, ...own }, cwd);
  opened.add('the graph', async () => {
    const code = await running.stop();
    if (code !== 0) throw new Error(`it ended with ${code}: ${running.output()}`);
  });
  // It is ready before its demo is there.
  await waitForOutput(running, 'One query, four databases');
  return { url: `http://127.0.0.1:${port}/graphql`, processOf: () => running };
}

async function openMany(cwd: string, opened: OpenResources): Promise<Running> {
  const placed = await placeDatabases('databases');
  opened.add('databases', placed.remove);
  const { url, processes } = await startProcesses(placed.urls, opened, { cwd, variables });
  return {
    url,
    processOf: (name) => {
      const running = processes.get(name);
      if (running === undefined) throw new Error(`there is no process of ${name}`);
      return running;
    },
  };
}
