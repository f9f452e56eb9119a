// Opens the page of one client: the session, the catalogue, and beside it what a viewer may do.
import { StrictMode, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { graphUrl } from '../graph/address.ts';
import { createSessionStore, type SessionStore } from '../graph/session.ts';
import { BuyForm } from './buy-form.tsx';
import type { ShopClient } from './client.ts';
import { Layout, Part } from './layout.tsx';
import { createOrderKeys, type OrderKeys } from './order-keys.ts';
import type { ShownProduct } from './shown.ts';
import { SignInForm } from './sign-in-form.tsx';

export function openPage(client: ShopClient): void {
  const place = document.querySelector('#page');
  if (place === null) throw new Error('the page has no place for the shop');
  createRoot(place).render(
    <StrictMode>
      <Page client={client} session={createSessionStore(localStorage)} />
    </StrictMode>,
  );
}

function Page({ client, session }: { client: ShopClient; session: SessionStore }) {
  const { opened } = useSyncExternalStore(session.subscribe, session.getState);
  const [chosen, setChosen] = useState<ShownProduct>();
  // An order outlives the session in which it was sent: keys of another account are other keys.
  const [keys] = useState(createOrderKeys);
  const token = opened?.token;
  return (
    <client.Provider
      key={token ?? 'visitor'}
      url={graphUrl}
      token={token}
      onExpired={() => token !== undefined && session.expire(token)}
    >
      <Layout client={client.name}>
        <Part title="Catalogue">
          <client.Catalogue onChoose={setChosen} />
        </Part>
        <Viewer
          client={client}
          session={session}
          keys={keys}
          chosen={chosen}
          onDone={() => setChosen(undefined)}
        />
      </Layout>
    </client.Provider>
  );
}

interface ViewerProps {
  client: ShopClient;
  session: SessionStore;
  keys: OrderKeys;
  chosen: ShownProduct | undefined;
  onDone: () => void;
}

function Viewer({ client, session, keys, chosen, onDone }: ViewerProps) {
  const { opened, hasExpired } = useSyncExternalStore(session.subscribe, session.getState);
  const actions = client.useActions();
  if (opened === undefined) {
    return (
      <Part title="Your account">
        {hasExpired && <p role="status">Your session has ended. Please sign in again.</p>}
        {chosen !== undefined && <p>Sign in to buy {chosen.name}.</p>}
        <SignInForm actions={actions} onOpened={session.open} />
      </Part>
    );
  }
  const signOut = async () => {
    await actions.signOut(opened.id);
    session.close();
  };
  return (
    <div className="viewer">
      {chosen !== undefined && (
        <Part title={`Buy ${chosen.name}`}>
          <BuyForm key={chosen.id} product={chosen} buy={actions.buy} keys={keys} onDone={onDone} />
        </Part>
      )}
      <Part title="My purchases" action={<SignOut onClick={signOut} />}>
        <client.Purchases />
      </Part>
    </div>
  );
}

/** Beside the list and no part of it: a viewer can leave when the graph does not answer, too. */
function SignOut({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className="plain" onClick={onClick}>
      Sign out
    </button>
  );
}
