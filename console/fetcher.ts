// Sends the operations of the page to the graph, with the token of the last sign-in.
import { Kind, parse } from 'graphql';
import type { Remembered } from './remembered.ts';

export interface Parameters {
  query: string;
  operationName?: string | null | undefined;
  variables?: unknown;
}

/** The headers of a tab win over those that the page adds. */
export function createFetcher(endpoint: string, remembered: Remembered) {
  const send = async (body: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(endpoint, { method: 'POST', headers, body });

  const ask = async (
    parameters: Parameters,
    given: Readonly<Record<string, string>>,
  ): Promise<{ data?: unknown }> => {
    const body = JSON.stringify(correctName(remembered.fill(parameters)));
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...given };
    const token = remembered.get('token');
    const addsToken = token !== undefined && !Object.keys(given).some(isAuthorization);
    let response = await send(body, addsToken ? { ...headers, authorization: `Bearer ${token}` } : headers);
    if (addsToken && response.status === 401) {
      // The session has ended, or the graph was started anew.
      remembered.forget('token');
      response = await send(body, headers);
    }
    const answer = (await response.json()) as { data?: unknown; extensions?: { session?: string } };
    // What needs no session was answered all the same.
    if (addsToken && answer.extensions?.session === 'EXPIRED') remembered.forget('token');
    return answer;
  };

  return async (parameters: Parameters, given: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    try {
      const answer = await ask(parameters, given);
      remembered.takeFrom(answer.data);
      return answer;
    } catch (cause) {
      // GraphiQL would show the stack of the exception, which says nothing about the graph.
      return { errors: [{ message: (cause as Error).message }] };
    }
  };
}

/** Just after a change of tabs, GraphiQL still sends the name of the other tab's operation. */
function correctName(parameters: Parameters): Parameters {
  const { query, operationName, ...others } = parameters;
  return hasOperation(query, operationName) ? parameters : { query, ...others };
}

function hasOperation(query: string, name: string | null | undefined): boolean {
  try {
    return parse(query).definitions.some(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === name,
    );
  } catch {
    // The gateway says what is wrong with the text.
    return true;
  }
}

function isAuthorization(header: string): boolean {
  return header.toLowerCase() === 'authorization';
}
