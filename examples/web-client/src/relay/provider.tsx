// Opens Relay: how requests are sent and signed, and how an ended session is noticed. Relay brings no network of its own.
import { type ReactNode, useState } from 'react';
import { RelayEnvironmentProvider } from 'react-relay';
import { Environment, type FetchFunction, Network, RecordSource, Store } from 'relay-runtime';
import { RefusedError, readRefusal } from '../graph/refusal.ts';
import { authorize, saysExpired } from '../graph/session.ts';
import type { ClientOptions } from '../shop/client.ts';

export function Provider({ children, ...options }: ClientOptions & { children: ReactNode }) {
  const [environment] = useState(() => createEnvironment(options));
  return <RelayEnvironmentProvider environment={environment}>{children}</RelayEnvironmentProvider>;
}

function createEnvironment({ url, token, onExpired }: ClientOptions): Environment {
  const send: FetchFunction = async ({ text }, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorize(token) },
      body: JSON.stringify({ query: text, variables }),
    });
    const body = await response.json();
    if (saysExpired(body.extensions)) onExpired();
    if (!body.data) throw new RefusedError(readRefusal(body.errors));
    return body;
  };
  return new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });
}
