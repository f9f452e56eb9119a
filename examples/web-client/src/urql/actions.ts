// The mutations. A refusal is a result, and is not thrown.
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { buyMutation, signInMutation, signOutMutation, signUpMutation } from '../graph/operations.ts';
import { toOutcome } from '../graph/refusal.ts';
import type { Actions } from '../shop/client.ts';

export function useActions(): Actions {
  const client = useClient();
  async function mutate<Data, Variables extends AnyVariables>(
    mutation: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ) {
    const { data, error } = await client.mutation(mutation, variables).toPromise();
    return { data, errors: error?.graphQLErrors };
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
      const { data, errors } = await mutate(buyMutation, { input });
      return toOutcome(data?.purchase, errors);
    },
  };
}
