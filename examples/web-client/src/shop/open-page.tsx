// Opens the page of one client: the session, the catalogue, and beside it what a viewer may do.
import { StrictMode, useState, useSyncExternalStore } from 'react';
import { createRoot } from 'react-dom/client';
import { graphUrl } from '../graph/address.ts';
import { createSessionStore, type SessionStore } from '../graph/session.ts';
import { BuyForm } from './buy-form.tsx';
import type { ShopClient } from './client.ts';
import { Layout, Part } from './layout.tsx';
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
        <Viewer client={client} session={session} chosen={chosen} onDone={() => setChosen(undefined)} />
      </Layout>
    </client.Provider>
  );
}

interface ViewerProps {
  client: ShopClient;
  session: SessionStore;
  chosen: ShownProduct | undefined;
  onDone: () => void;
}

function Viewer({ client, session, chosen, onDone }: ViewerProps) {
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
          <BuyForm key={chosen.id} product={chosen} buy={actions.buy} onDone={onDone} />
        </Part>
      )}
      <Part title="My purchases">
        <client.Purchases onSignOut={signOut} />
      </Part>
    </div>
  );
}
