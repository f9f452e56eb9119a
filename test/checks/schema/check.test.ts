// The schema check's report: every change by its kind, what fails it, and what it says of graphs that do not compose.
import { beforeEach, expect, test } from 'vitest';
import { checkRepository, operationFiles, type Repository, schemaFiles } from './repository.ts';
import { checkChangedShop, openShop, shop } from './shop.ts';

let repository: Repository;
beforeEach(() => {
  repository = openShop();
});

test('lists every change in one line, breaking ones first, with the broken operations below it and the summary last', async () => {
  repository.write(
    schemaFiles({
      shop: shop
        .replace('name: String! price', 'price')
        .replace('note: String', '"Free text." note: String "Any." colour(of: ID): Colour')
        .replace('type Shelf', '"Light." type Colour { "Red." r: Int }\ntype Shelf')
        .replace('CLOSED', 'CLOSED GONE')
        .replace('type Unseen { name: String! }', ''),
    }),
  );
  const { passes, lines } = await checkRepository(repository);
  expect(passes).toBe(false);
  expect(lines.slice(1)).toEqual([
    '',
    'Breaking',
    '  ✗ Product.name: Field "name" was removed from object type "Product"',
    '      breaks Product at product.title (operations/product.graphql:3): Cannot query field "name" on type "Product"',
    '  ✗ Unseen: Type "Unseen" was removed [unused: no registered operation]',
    '',
    'Dangerous',
    '  ! State.GONE: Enum value "GONE" was added to enum "State"',
    '      may surprise Product at product.state (operations/product.graphql:4): may receive it',
    '',
    'Safe',
    '  ✓ Colour: Type "Colour" was added',
    '  ✓ Product.colour: Field "colour" was added to object type "Product"',
    '  ✓ Product.note: the description is new',
    '',
    '2 breaking (1 unused), 1 dangerous, 3 safe; breaks 1 of 3 registered operations. Failed.',
  ]);
  expect(lines[0]).toMatch(/^Schema check: the working tree against HEAD \([0-9a-f]{7}\)$/);
});

test('does not report changes of inaccessible elements', async () => {
  const { lines } = await checkChangedShop(repository, { from: '  secret: String @inaccessible\n', to: '' });
  expect(lines.slice(1)).toEqual(['', 'No change; breaks 0 of 3 registered operations. Passed.']);
});

test('fails for a breaking change that no registered operation uses, unless unused changes are allowed', async () => {
  const line =
    '  ✗ Product.note: Field "note" was removed from object type "Product" [unused: no registered operation]';
  const strict = await checkChangedShop(repository, { from: ' note: String', to: '' });
  expect(strict).toMatchObject({ passes: false });
  expect(strict.lines).toContain(line);
  const lenient = await checkRepository(repository, { allowUnused: true });
  expect(lenient).toMatchObject({ passes: true });
  expect(lenient.lines).toContain(line);
});

test('checks an operation that is deleted together with its field, because clients still send it', async () => {
  repository.write({
    ...schemaFiles({ shop: shop.replace('price: Float! ', '') }),
    'operations/product.graphql': null,
  });
  const { passes, lines } = await checkRepository(repository, { allowUnused: true });
  expect(passes).toBe(false);
  expect(lines.join('\n')).toMatch(
    /breaks Product at \.\.\.Card\.price \(HEAD \([0-9a-f]{7}\):operations\/product\.graphql:8\): Cannot query/,
  );
  // Once the clients have moved, the field may go.
  repository.git('checkout', '--quiet', '--', 'shop');
  repository.commit();
  repository.write(schemaFiles({ shop: shop.replace('price: Float! ', '') }));
  expect((await checkRepository(repository, { allowUnused: true })).passes).toBe(true);
});

test('accepts a new operation together with its new field, and refuses one that the graph cannot answer', async () => {
  repository.write({
    ...schemaFiles({ shop: shop.replace('note: String', 'note: String colour: String') }),
    ...operationFiles({ colour: 'query Colour { product(id: "1") { colour } }' }),
  });
  expect((await checkRepository(repository)).lines.slice(1)).toEqual([
    '',
    'Safe',
    '  ✓ Product.colour: Field "colour" was added to object type "Product"',
    '',
    '0 breaking, 0 dangerous, 1 safe; breaks 0 of 4 registered operations. Passed.',
  ]);
  repository.write(operationFiles({ weight: 'query Weight { product(id: "1") {\n weight } }' }));
  const { passes, lines } = await checkRepository(repository);
  expect(passes).toBe(false);
  expect(lines).toContain(
    '  ✗ Weight at the operation (operations/weight.graphql:2): Cannot query field "weight" on type "Product"',
  );
});

test('reports file, line and remedy when the candidate does not compose', async () => {
  const { passes, lines } = await checkChangedShop(repository, {
    from: 'price: Float!',
    to: 'price: Flaot!',
  });
  expect(passes).toBe(false);
  const line =
    (schemaFiles({ shop })['shop/schema.graphql'] ?? '')
      .split('\n')
      .findIndex((text) => text.includes('price: Float!')) + 1;
  expect(lines.slice(1)).toEqual([
    '',
    'Does not compose',
    `  ✗ shop/schema.graphql:${line}: Unknown type Flaot. Correct the SDL there.`,
    '',
    '1 composition error in the working tree. Failed.',
  ]);
});

test('names the commit of the files when the base does not compose', async () => {
  repository.write(schemaFiles({ shop: shop.replace('price: Float!', 'price: Flaot!') }));
  const id = repository.commit();
  repository.write(schemaFiles({ shop }));
  const { passes, lines } = await checkRepository(repository, { against: 'main' });
  expect(passes).toBe(false);
  expect(lines.join('\n')).toContain(`✗ main (${id}):shop/schema.graphql:`);
  expect(lines.at(-1)).toBe(`1 composition error in main (${id}). Failed.`);
});
