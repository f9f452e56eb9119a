// Which registered operations a change breaks or surprises, and at which of their fields; and what does neither.
import { beforeEach, describe, expect, test } from 'vitest';
import { checkRepository, type Repository, schemaFiles } from './repository.ts';
import { checkChangedShop, openShop, shop } from './shop.ts';

let repository: Repository;
beforeEach(() => {
  repository = openShop();
});

describe('an operation breaks when', () => {
  test.each([
    ['a field it selects in a fragment is gone', ' price: Float!', '', 'Product at ...Card.price'],
    ['a field it selects may become null', 'price: Float!', 'price: Float', 'Product at ...Card.price'],
    ['a field it selects has another type', 'price: Float!', 'price: Int!', 'Product at ...Card.price'],
    ['a list it selects may hold null', '[Hit!]!', '[Hit]!', 'Search at search'],
    ['an argument it needs is new', 'filter: Filter)', 'filter: Filter, shop: ID!)', 'Search at search'],
    ['an argument it gives is gone', ', currency: Currency = EUR', '', 'Dollars at product(currency:)'],
    [
      'a variable no longer fits',
      'search(filter: Filter)',
      'search(filter: Filter!)',
      'Search at search(filter:)',
    ],
    ['an enum value it writes is gone', 'EUR USD', 'EUR', 'Dollars at product'],
    ['an enum value its variable may carry is gone', 'EUR USD', 'EUR', 'Search at $filter'],
    ['an input field its variable may carry is gone', ' minimum: Int', '', 'Search at $filter'],
    ['its variable lacks what is demanded', 'minimum: Int', 'minimum: Int!', 'Search at $filter'],
    ['its variable lacks a field that is new', 'minimum: Int', 'minimum: Int kind: ID!', 'Search at $filter'],
    ['a type it names is no longer a member', 'Product | Shelf', 'Product', 'Search at search'],
    [
      'a field it selects is hidden',
      'price: Float!',
      'price: Float! @inaccessible',
      'Product at ...Card.price',
    ],
  ])('%s', async (_, from, to, broken) => {
    const { passes, lines } = await checkChangedShop(repository, { from, to, allowUnused: true });
    expect(lines.filter((line) => line.includes(`breaks ${broken} (`))).toHaveLength(1);
    expect(passes).toBe(false);
  });
});

describe('no operation breaks when', () => {
  test.each([
    ['a nullable field promises a value', 'note: String', 'note: String!'],
    ['an enum value that is only answered is gone', 'OPEN CLOSED', 'OPEN'],
    ['a new argument is optional', 'id: ID!, currency', 'id: ID!, size: Int, currency'],
    ['a field that only subgraphs see is gone', '  secret: String @inaccessible\n', ''],
    ['an input field becomes optional', 'product(id: ID!,', 'product(id: ID,'],
  ])('%s', async (_, from, to) => {
    const { passes, lines } = await checkChangedShop(repository, { from, to, allowUnused: true });
    expect(lines.join('\n')).not.toContain('breaks Product');
    expect(lines.at(-1)).toContain('breaks 0 of 3 registered operations. Passed.');
    expect(passes).toBe(true);
  });
});

describe('a dangerous change passes and names the operations that it may surprise', () => {
  test.each([
    ['a default that decides otherwise', '= EUR', '= USD', 'Product at product'],
    [
      'a new argument with a default',
      'currency: Currency',
      'n: Int = 3, currency: Currency',
      'Dollars at product',
    ],
    ['a new member of a union', 'Product | Shelf', 'Product | Shelf | Unseen', 'Search at search'],
    ['a new input field with a default', 'minimum: Int', 'minimum: Int n: Int = 1', 'Search at $filter'],
  ])('%s', async (_, from, to, surprised) => {
    const { passes, lines } = await checkChangedShop(repository, { from, to });
    expect(lines.filter((line) => line.includes(`may surprise ${surprised} (`))).toHaveLength(1);
    expect(passes).toBe(true);
  });

  test('a type that newly implements an interface, but no operation that returns the type itself', async () => {
    const named = (product: string) => ({
      ...schemaFiles({
        shop: shop
          .replace('type Query {', 'interface Named { name: String! }\ntype Query { named: Named')
          .replace('type Unseen', 'type Unseen implements Named')
          .replace('type Product', product),
      }),
      'operations/named.graphql': 'query AnyName { named { name } }\n',
    });
    repository.write(named('type Product'));
    repository.commit();
    repository.write(named('type Product implements Named'));
    const { lines } = await checkRepository(repository);
    expect(lines.filter((line) => line.includes('may surprise'))).toEqual([
      '      may surprise AnyName at named (operations/named.graphql:1): may receive it',
    ]);
  });

  test('but no operation that gives the argument itself', async () => {
    const { lines } = await checkChangedShop(repository, { from: '= EUR', to: '= USD' });
    expect(lines.join('\n')).not.toContain('surprise Dollars');
  });

  test('a changed composed directive, such as one that says who may use a field', async () => {
    const auth = (role: string) => ({
      'shop/schema.graphql': `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible", "@composeDirective"])
  @link(url: "https://example.com/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(allow: String!) on FIELD_DEFINITION
${shop.replace('price: Float!', `price: Float! @auth(allow: "${role}")`)}`,
    });
    repository.write(auth('anybody'));
    repository.commit();
    repository.write(auth('staff'));
    const { passes, lines } = await checkRepository(repository);
    expect(passes).toBe(true);
    expect(lines.slice(2, 5)).toEqual([
      'Dangerous',
      '  ! Product.price: no longer @auth(allow: "anybody"), now @auth(allow: "staff")',
      '      may surprise Product at ...Card.price (operations/product.graphql:8): uses the field',
    ]);
  });
});
