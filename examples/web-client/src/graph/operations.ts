// The operations of the pages on Apollo Client and urql. graphql-codegen types them, from the schema of the repository and with
// codegen.yml. Relay wants each of its own beside the component that reads it.
import { graphql } from './__generated__/gql.ts';

export const catalogueQuery = graphql(`
  query Catalogue($first: Int!, $after: String) {
    products(first: $first, after: $after) {
      edges { cursor node { id name stock price { amount currency } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`);

export const purchaseFields = graphql(`
  fragment PurchaseFields on Purchase {
    id
    status
    cancelReason
    createdAt
    total { amount currency }
    payment { id status }
    lines { id quantity name product { id name stock } }
  }
`);

export const viewerQuery = graphql(`
  query Viewer($first: Int!, $after: String) {
    me {
      id
      name
      purchases(first: $first, after: $after) {
        edges { cursor node { ...PurchaseFields } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
`);

export const signUpMutation = graphql(`
  mutation SignUp($input: CreateAccountInput!) {
    createAccount(input: $input) { id }
  }
`);

export const signInMutation = graphql(`
  mutation SignIn($input: CreateSessionInput!) {
    createSession(input: $input) { token session { id } }
  }
`);

export const signOutMutation = graphql(`
  mutation SignOut($id: ID!) {
    revokeSession(id: $id)
  }
`);

export const buyMutation = graphql(`
  mutation Buy($input: PurchaseInput!) {
    purchase(input: $input) { ...PurchaseFields }
  }
`);
