// Enums: values given by any subgraph may come out, only values that all know may go in; both, when it does both.
import { link } from '../../gateway/small-graph.ts';
import { byKey, type FederationGraph } from '../federation-graph.ts';

const cars = [
  { id: '1', color: 'RED', size: 'SMALL', state: 'NEW' },
  { id: '2', color: 'BLUE', size: 'LARGE', state: 'SOLD' },
];
const painted = [
  { id: '1', coat: 'GREEN', secret: 'PRIMER' },
  { id: '2', coat: null, secret: 'GREEN' },
];

export const graph: FederationGraph = {
  about: 'enums with other values in each subgraph',
  subgraphs: {
    cars: {
      sdl: `${link}
        enum Color { RED BLUE }
        enum Size { SMALL LARGE }
        enum State { NEW SOLD }
        type Query { cars(size: Size, states: [State!]): [Car!]! }
        type Car @key(fields: "id") { id: ID! color: Color! state(or: State = NEW): State }`,
      resolvers: {
        Query: {
          cars: (_: unknown, { size, states }: { size?: string; states?: string[] }) =>
            cars.filter(
              (car) => (size ?? car.size) === car.size && (states ?? [car.state]).includes(car.state),
            ),
        },
        Car: { __resolveReference: byKey(cars, 'id') },
      },
    },
    paint: {
      sdl: `${link}
        enum Color { RED GREEN PRIMER @inaccessible }
        enum Size { SMALL MEDIUM }
        enum State { NEW SOLD }
        type Query { fits(size: Size!): Size2 echo(state: State = SOLD): State }
        enum Size2 { SMALL }
        type Car @key(fields: "id") { id: ID! coat: Color secret: Color colors: [Color] }`,
      resolvers: {
        Query: {
          fits: (_: unknown, { size }: { size: string }) => size,
          echo: (_: unknown, { state }: { state: string }) => state,
        },
        Car: {
          __resolveReference: byKey(painted, 'id'),
          colors: ({ coat, secret }: (typeof painted)[number]) => [coat, secret, 'RED'],
        },
      },
    },
  },
  samples: { states: [['NEW'], ['SOLD', 'NEW'], null] },
  questions: [
    {
      query: '{ cars { color coat } }',
      data: {
        cars: [
          { color: 'RED', coat: 'GREEN' },
          { color: 'BLUE', coat: null },
        ],
      },
    },
    {
      query:
        'query($s: Size, $t: [State!]) { small: cars(size: SMALL) { id } any: cars(size: $s, states: $t) { state } }',
      variables: { t: ['SOLD'] },
      data: { small: [{ id: '1' }], any: [{ state: 'SOLD' }] },
    },
    {
      // What only one subgraph takes is no value of the graph's, and neither is one of another enum.
      query: '{ cars(size: LARGE) { id } }',
      data: undefined,
      errors: [{ code: 'GRAPHQL_VALIDATION_FAILED' }],
    },
    {
      query: 'query($s: Size!) { fits(size: $s) }',
      variables: { s: 'MEDIUM' },
      data: undefined,
      errors: [{ code: 'BAD_USER_INPUT' }],
    },
    {
      query: '{ echo new: echo(state: NEW) null: echo(state: null) fits(size: SMALL) }',
      data: { echo: 'SOLD', new: 'NEW', null: null, fits: 'SMALL' },
    },
    {
      query:
        '{ __type(name: "Color") { enumValues { name } } size: __type(name: "Size") { enumValues { name } } }',
      data: {
        __type: { enumValues: [{ name: 'RED' }, { name: 'BLUE' }, { name: 'GREEN' }] },
        size: { enumValues: [{ name: 'SMALL' }] },
      },
    },
    {
      // A value that clients may not see is null to them.
      query: '{ cars { secret colors } }',
      data: {
        cars: [
          { secret: null, colors: ['GREEN', null, 'RED'] },
          { secret: 'GREEN', colors: [null, 'GREEN', 'RED'] },
        ],
      },
    },
  ],
};
