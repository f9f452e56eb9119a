// The SDL is the manual of the graph: every type, field, argument and value of the composed graph has a description, those that only
// services use included. A field that several subgraphs define is described by one of them at least.
import { readFileSync } from 'node:fs';
import {
  type DefinitionNode,
  type DirectiveDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  type StringValueNode,
  type TypeDefinitionNode,
} from 'graphql';
import { expect, test } from 'vitest';
import { composeSupergraph } from '../../gateway/supergraph/compose.ts';
import { readSupergraphMap } from '../../platform/supergraph-map.ts';

/** Definitions that routers read, and no person. */
const internalNames = /^(join__|link(__|$)|core(__|$)|inaccessible$|tag$|cost$|listSize$)/;

interface Named {
  name: { value: string };
  description?: StringValueNode | undefined;
}

function listUndescribed(sdl: string): string[] {
  return parse(sdl, { noLocation: true })
    .definitions.filter(isNamed)
    .filter(({ name }) => !internalNames.test(name.value))
    .flatMap((definition) => {
      const own = isRoot(definition) ? [] : find('', definition);
      return [...own, ...listMembers(definition)];
    });
}

function isNamed(node: DefinitionNode): node is TypeDefinitionNode | DirectiveDefinitionNode {
  return isTypeDefinitionNode(node) || node.kind === Kind.DIRECTIVE_DEFINITION;
}

const isRoot = ({ name }: Named) => ['Query', 'Mutation', 'Subscription'].includes(name.value);

function listMembers(definition: TypeDefinitionNode | DirectiveDefinitionNode): string[] {
  const owner = definition.name.value;
  if (definition.kind === Kind.DIRECTIVE_DEFINITION)
    return (definition.arguments ?? []).flatMap((argument) => find(`@${owner}.`, argument));
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION)
    return (definition.values ?? []).flatMap((value) => find(`${owner}.`, value));
  if (!('fields' in definition)) return [];
  return (definition.fields ?? []).flatMap((field) => [
    ...find(`${owner}.`, field),
    ...('arguments' in field ? (field.arguments ?? []) : []).flatMap((argument) =>
      find(`${owner}.${field.name.value} `, argument),
    ),
  ]);
}

const find = (before: string, { name, description }: Named) =>
  (description?.value.trim() ?? '') === '' ? [`${before}${name.value}`] : [];

test('every type, field, argument and value of the graph has a description', () => {
  const { supergraphSdl } = composeSupergraph(readSupergraphMap());
  expect(listUndescribed(supergraphSdl)).toEqual([]);
  // Keys of types that other subgraphs own are described there.
  const template = listUndescribed(readFileSync('templates/subgraph/schema.graphql', 'utf8'));
  expect(template).toEqual(['Product', 'Product.id', 'Account', 'Account.id']);
});

test('notices what has none', () => {
  const sdl = `
    directive @auth(allow: [String!]!) on FIELD_DEFINITION
    type Query { product(id: ID!): Product }
    type Product { "The id." id: ID! "" sku: String }
    enum Status { OPEN }
    input New { name: String }
    scalar Decimal
  `;
  expect(listUndescribed(sdl)).toEqual([
    'auth',
    '@auth.allow',
    'Query.product',
    'Query.product id',
    'Product',
    'Product.sku',
    'Status',
    'Status.OPEN',
    'New',
    'New.name',
    'Decimal',
  ]);
});
