// Clients who ask without a pause while the graph changes: the same operation, and one under a name that only one version of the
// graph ever sees, so that each version fills the gateway's memories with texts of its own.
import { EventEmitter, once } from 'node:events';
import { Pool } from 'undici';

export interface Clients {
  /** Requests that were answered, so far. */
  readonly answered: number;
  /** Resolves after so many more answers. Rejects, like `stop`, when a request was not answered, or with errors. */
  waitForAnswers: (count: number) => Promise<void>;
  stop: () => Promise<void>;
}

/** `getVersion` gives the version that is served at the moment. */
export function startClients(url: string, many: number, getVersion: () => number): Clients {
  const pool = new Pool(new URL(url).origin, { connections: many });
  let isOver = false;
  let answered = 0;
  const answers = new EventEmitter();
  const ask = async (client: number, turn: number) => {
    const body = JSON.stringify(buildRequest(turn % 2 === 0 ? '' : `${getVersion()}`, (client + turn) % 50));
    const headers = { 'content-type': 'application/json' };
    const response = await pool.request({ path: '/graphql', method: 'POST', headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 200 || text.includes('"errors"'))
      throw new Error(`the gateway answered ${response.statusCode}: ${text.slice(0, 500)}`);
    answered += 1;
    answers.emit('answer');
  };
  const askRepeatedly = async (client: number) => {
    for (let turn = client; !isOver; turn += 1) await ask(client, turn);
  };
  const running = Promise.all(Array.from({ length: many }, (_, client) => askRepeatedly(client)));
  running.catch(() => {});
  return {
    get answered() {
      return answered;
    },
    waitForAnswers: async (count) => {
      for (const wanted = answered + count; answered < wanted; )
        await Promise.race([once(answers, 'answer'), running]);
    },
    stop: async () => {
      isOver = true;
      await running;
      await pool.close();
    },
  };
}

function buildRequest(suffix: string, page: number): { query: string; variables: { page: number } } {
  const query = `query Page${suffix}($page: Int!) {
    users(page: $page) { id name${suffix}: name reviews { text product { name price isInStock shipping } } }
    bestSellers(page: $page) { name${suffix}: name shipping }
  }`;
  return { query, variables: { page } };
}
