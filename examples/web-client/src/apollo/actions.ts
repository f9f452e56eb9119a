// The mutations. With errorPolicy "all" a refusal is a result, and is not thrown.
import type { DocumentNode, OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import {
  buyMutation,
  signInMutation,
  signOutMutation,
  signUpMutation,
  viewerQuery,
} from '../graph/operations.ts';
import { toOutcome } from '../graph/refusal.ts';
import type { Actions } from '../shop/client.ts';
import { listErrors } from './provider.tsx';

export function useActions(): Actions {
  const client = useApolloClient();
  async function mutate<Data, Variables extends OperationVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    refetchQueries: DocumentNode[] = [],
  ) {
    const { data, error } = await client.mutate<Data>({
      mutation,
      variables,
      errorPolicy: 'all',
      refetchQueries,
    });
    return { data, errors: listErrors(error) };
  }
  return {
    async signUp(input) {
      const { data, errors } = await mutate(signUpMutation, { input });
      return toOutcome(data?.createAccount, errors);
    },
    async signIn(input) {
      const { data, errors } = await mutate(signInMutation, { input });
      const created = data?.createSession;
      return toOutcome(created && { id: created.session.id, token: created.token }, errors);
    },
    async signOut(id) {
      await mutate(signOutMutation, { id });
    },
    // The lines of the purchase have their products: the cache takes their new stock from there, and the catalogue shows it.
    async buy(input) {
      const { data, errors } = await mutate(buyMutation, { input }, [viewerQuery]);
      return toOutcome(data?.purchase, errors);
    },
  };
}
