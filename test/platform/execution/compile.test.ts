import { buildSchema, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { expect, test } from 'vitest';
import { compileOperation, NotCompiled } from '../../../platform/execution/compile.ts';
import { ExecutionState } from '../../../platform/execution/execution-state.ts';

const schema = buildSchema(`
  interface Node { id: ID next: Node }
  type A implements Node { id: ID next: Node }
  type B implements Node { id: ID next: Node }
  type Query { node: Node nodes: [[A!]!] name(in: String = "en"): String }
  type Mutation { write: Int }
  type Subscription { news: String }`);

interface Options {
  conditions?: Record<string, boolean>;
  fields?: number;
}

/** Compiles the first operation of a text. `left` says how many fields of the budget remain. */
function compile(text: string, { conditions = {}, fields = 1000 }: Options = {}) {
  const { definitions } = parse(text);
  const operation = definitions[0] as OperationDefinitionNode;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const budget = { fields };
  const execute = compileOperation({ schema, operation, fragments, conditions, budget });
  return {
    left: budget.fields,
    data: (source: unknown) => execute(new ExecutionState({}, {}), source, undefined),
  };
}

const reasonFor = (text: string, options?: Options) => {
  try {
    compile(text, options);
    return 'compiled';
  } catch (cause) {
    if (cause instanceof NotCompiled) return cause.reason;
    throw cause;
  }
};

test('executes fields, lists, interfaces, aliases and fragments on a source object', () => {
  const text = `query { first: node { ...F next { __typename id } } nodes { id } name }
    fragment F on Node { __typename ... on A { id } ... on B { other: id } }`;
  const node = { __typename: 'A', id: 'a', next: { __typename: 'B', id: 'b' } };
  expect(compile(text).data({ node, nodes: [[{ id: 'n' }], []], name: 'Emma' })).toEqual({
    first: { __typename: 'A', id: 'a', next: { __typename: 'B', id: 'b' } },
    nodes: [[{ id: 'n' }], []],
    name: 'Emma',
  });
});

test('leaves out the fields that the conditions leave out', () => {
  const text = 'query ($x: Boolean!) { name @include(if: $x) __typename @skip(if: $x) }';
  expect(compile(text, { conditions: { x: true } }).data({ name: 'Emma' })).toEqual({ name: 'Emma' });
  expect(compile(text, { conditions: { x: false } }).data({ name: 'Emma' })).toEqual({ __typename: 'Query' });
});

test.each([
  ['{ __schema { queryType { name } } }', 'introspection'],
  ['{ __type(name: "A") { name } }', 'introspection'],
  ['subscription { news }', 'subscription'],
  ['mutation { write }', 'compiled'],
  ['{ node { __typename id } }', 'compiled'],
])('%s: %s', (text, reason) => {
  expect(reasonFor(text)).toBe(reason);
});

test('does not compile an operation of a type that the schema does not have', () => {
  const bare = buildSchema('type Query { a: Int }');
  const operation = parse('mutation { a }').definitions[0] as OperationDefinitionNode;
  const parts = { operation, fragments: {}, conditions: {}, budget: { fields: 9 } };
  expect(() => compileOperation({ schema: bare, ...parts })).toThrow(new NotCompiled('no such operation'));
});

test('takes each field from the budget, for an interface once for each object type', () => {
  expect(compile('{ name }').left).toBe(999);
  expect(compile('{ node { id } }').left, 'node, A.id and B.id').toBe(997);
  expect(reasonFor('{ node { id } }', { fields: 3 })).toBe('compiled');
  expect(reasonFor('{ node { id } }', { fields: 2 })).toBe('too large');
});

test('compiles a fragment once that is spread in several places', () => {
  const text = '{ x: node { ...F } y: node { ...F } } fragment F on Node { next { id } }';
  // x and y, then A.next and B.next for each of both, then A.id and B.id once: the node `next` is the same.
  expect(compile(text).left).toBe(1000 - 2 - 4 - 2);
});

test('limits the nesting of the compiled functions', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'id' : `... on A { next { ${nested(depth - 1)} } }`;
  expect(reasonFor(`{ node { ${nested(99)} } }`)).toBe('compiled');
  expect(reasonFor(`{ node { ${nested(100)} } }`)).toBe('too large');
});
