// What a page needs of its GraphQL client. The three of them differ in this, and in nothing else.
import type { ComponentType, ReactNode } from 'react';
import type {
  CreateAccountInput,
  CreateSessionInput,
  PurchaseInput,
} from '../graph/__generated__/graphql.ts';
import type { Outcome } from '../graph/refusal.ts';
import type { OpenedSession } from '../graph/session.ts';
import type { Bought, ShownProduct } from './shown.ts';

export const productsPerPage = 6;
export const purchasesPerPage = 3;

export interface ClientOptions {
  url: string;
  /** Undefined for a visitor. A client and its cache belong to one viewer: another token gets another client. */
  token: string | undefined;
  /** The client calls it when a response says that the session of the token has ended. */
  onExpired: () => void;
}

export interface Actions {
  signUp: (input: CreateAccountInput) => Promise<Outcome<{ id: string }>>;
  signIn: (input: CreateSessionInput) => Promise<Outcome<OpenedSession>>;
  /** Ends the session at the graph too. The page forgets its token in any case. */
  signOut: (sessionId: string) => Promise<void>;
  buy: (input: PurchaseInput) => Promise<Outcome<Bought>>;
}

export interface ShopClient {
  name: string;
  /** Opens the client once, and gives it to what is inside. */
  Provider: ComponentType<ClientOptions & { children: ReactNode }>;
  Catalogue: ComponentType<{ onChoose: (product: ShownProduct) => void }>;
  /** The purchases of the viewer. */
  Purchases: ComponentType;
  useActions: () => Actions;
}
