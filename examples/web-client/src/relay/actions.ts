// The mutations. Relay hands errors over beside the data when there is any, and calls onError otherwise.
import { graphql, useRelayEnvironment } from 'react-relay';
import {
  ConnectionHandler,
  commitMutation,
  type GraphQLTaggedNode,
  type MutationParameters,
  type RecordSourceSelectorProxy,
} from 'relay-runtime';
import { type Outcome, RefusedError, type ReportedError, readRefusal, toOutcome } from '../graph/refusal.ts';
import type { Actions } from '../shop/client.ts';
import type { actionsBuyMutation } from './__generated__/actionsBuyMutation.graphql.ts';
import type { actionsSignInMutation } from './__generated__/actionsSignInMutation.graphql.ts';
import type { actionsSignOutMutation } from './__generated__/actionsSignOutMutation.graphql.ts';
import type { actionsSignUpMutation } from './__generated__/actionsSignUpMutation.graphql.ts';

const signUpMutation = graphql`
  mutation actionsSignUpMutation($input: CreateAccountInput!) {
    createAccount(input: $input) {
      id
    }
  }
`;

const signInMutation = graphql`
  mutation actionsSignInMutation($input: CreateSessionInput!) {
    createSession(input: $input) {
      token
      session {
        id
      }
    }
  }
`;

const signOutMutation = graphql`
  mutation actionsSignOutMutation($id: ID!) {
    revokeSession(id: $id)
  }
`;

const buyMutation = graphql`
  mutation actionsBuyMutation($input: PurchaseInput!) {
    purchase(input: $input) {
      status
      cancelReason
      ...purchases_purchase
    }
  }
`;

export function useActions(): Actions {
  const environment = useRelayEnvironment();

  function mutate<Mutation extends MutationParameters, Value>(
    mutation: GraphQLTaggedNode,
    variables: Mutation['variables'],
    pick: (response: Mutation['response']) => Value | null | undefined,
    updater?: (store: RecordSourceSelectorProxy) => void,
  ): Promise<Outcome<Value>> {
    return new Promise((resolve) => {
      commitMutation<Mutation>(environment, {
        mutation,
        variables,
        updater: updater ?? null,
        // Relay's type of an error leaves out its extensions, which are there.
        onCompleted: (response, errors) =>
          resolve(
            toOutcome(response && pick(response), (errors ?? undefined) as ReportedError[] | undefined),
          ),
        onError: (cause) =>
          resolve({ refusal: cause instanceof RefusedError ? cause.refusal : readRefusal() }),
      });
    });
  }

  return {
    signUp: (input) =>
      mutate<actionsSignUpMutation, { id: string }>(
        signUpMutation,
        { input },
        ({ createAccount }) => createAccount,
      ),
    signIn: (input) =>
      mutate<actionsSignInMutation, { id: string; token: string }>(
        signInMutation,
        { input },
        ({ createSession }) => createSession && { id: createSession.session.id, token: createSession.token },
      ),
    async signOut(id) {
      await mutate<actionsSignOutMutation, string>(
        signOutMutation,
        { id },
        ({ revokeSession }) => revokeSession,
      );
    },
    // The lines of the purchase have their products: the store takes their new stock from there, and the catalogue shows it.
    buy: (input) =>
      mutate<actionsBuyMutation, NonNullable<actionsBuyMutation['response']['purchase']>>(
        buyMutation,
        { input },
        ({ purchase }) => purchase,
        addPurchase,
      ),
  };
}

/** Puts a new purchase in front of the list. */
function addPurchase(store: RecordSourceSelectorProxy): void {
  const viewer = store.getRoot().getLinkedRecord('me');
  const list = viewer && ConnectionHandler.getConnection(viewer, 'purchases_purchases');
  const purchase = store.getRootField('purchase');
  if (!list || !purchase) return;
  const edge = ConnectionHandler.createEdge(store, list, purchase, 'PurchaseEdge');
  ConnectionHandler.insertEdgeBefore(list, edge);
}
