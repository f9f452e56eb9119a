// What a field requires may be of an interface's or a union's members, with fragments: of each member its own.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

interface Address {
  __typename: string;
  id?: string;
  street?: string;
  desk?: number;
  box?: string;
}

const addresses = {
  home: { __typename: 'Home', id: 'h', street: 'Elm' },
  work: { __typename: 'Work', id: 'w', desk: 7 },
  box: { __typename: 'Box', id: 'b', box: '99' },
};
const users = [
  { id: '1', address: addresses.home, contacts: [addresses.work, addresses.home] },
  { id: '2', address: addresses.work, contacts: [] },
  { id: '3', address: addresses.box, contacts: [addresses.box, null] },
  { id: '4', address: null, contacts: null },
];

export const graph: FederationGraph = {
  about: '@requires with fragments on interfaces and unions',
  subgraphs: {
    users: {
      sdl: `${link}
        type Query { users: [User!]! }
        type User @key(fields: "id") { id: ID! address: Address contacts: [Contact] }
        interface Address { id: ID! }
        union Contact = Home | Work | Box
        type Home implements Address @key(fields: "id") { id: ID! street: String! }
        type Work implements Address @key(fields: "id") { id: ID! desk: Int! }
        type Box implements Address @key(fields: "id") { id: ID! box: String! }`,
      resolvers: {
        Query: { users: () => users },
        User: { __resolveReference: byKey(users, 'id') },
        Home: { __resolveReference: byKey([addresses.home], 'id') },
        Work: { __resolveReference: byKey([addresses.work], 'id') },
        Box: { __resolveReference: byKey([addresses.box], 'id') },
      },
    },
    labels: {
      sdl: `${link}
        type Query { labelled: [User!]! }
        interface Address { id: ID! }
        union Contact = Home | Work
        type Home implements Address @key(fields: "id") { id: ID! street: String! @external }
        type Work implements Address @key(fields: "id") { id: ID! desk: Int! @external }
        type User @key(fields: "id") {
          id: ID!
          address: Address @external
          contacts: [Contact] @external
          place: String @requires(fields: "address { id }")
          label: String @requires(fields: "address { ... on Home { street } ... on Work { desk } }")
          list: String @requires(fields: "contacts { ... on Home { street } ... on Work { id desk } }")
        }`,
      resolvers: {
        Query: { labelled: () => users.map(({ id }) => ({ id })) },
        User: {
          __resolveReference: (reference: object) => ({ ...reference }),
          place: ({ address }: { address: Address | null }) => address && `at ${address.id}`,
          label: ({ address }: { address: Address | null }) => address && nameOf(address),
          list: ({ contacts }: { contacts: (Address | null)[] | null }) =>
            contacts?.map((contact) => contact && nameOf(contact)).join(),
        },
      },
    },
  },
  questions: [
    {
      query: '{ users { label } }',
      data: { users: [{ label: 'Elm' }, { label: '7' }, { label: '?' }, { label: null }] },
    },
    {
      query: '{ users { list } }',
      data: { users: [{ list: '7,Elm' }, { list: '' }, { list: '?,' }, { list: null }] },
    },
    {
      query: '{ labelled { place address { __typename ... on Home { street id } } list label } }',
      data: {
        labelled: [
          {
            place: 'at h',
            address: { __typename: 'Home', street: 'Elm', id: 'h' },
            list: '7,Elm',
            label: 'Elm',
          },
          { place: 'at w', address: { __typename: 'Work' }, list: '', label: '7' },
          { place: 'at b', address: { __typename: 'Box' }, list: '?,', label: '?' },
          { place: null, address: null, list: null, label: null },
        ],
      },
    },
    {
      query: '{ users { contacts { ... on Work { n: desk } ... on Home { n: id } } list } }',
      data: undefined,
      // Int and ID under one name: refused, though a type can only be one of both.
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
    {
      query: '{ users { contacts { ... on Work { desk: id } ... on Home { street: id } } list } }',
      data: {
        users: [
          { contacts: [{ desk: 'w' }, { street: 'h' }], list: '7,Elm' },
          { contacts: [], list: '' },
          { contacts: [{}, null], list: '?,' },
          { contacts: null, list: null },
        ],
      },
    },
  ],
};

function nameOf({ street, desk }: Address): string {
  return street ?? (desk === undefined ? '?' : String(desk));
}
