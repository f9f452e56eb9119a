// What npm run compose:docker writes for subgraphs that this project does not have, and what it refuses.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { gatewayKeys } from '../../../gateway/settings/settings.ts';
import { buildComposeFile } from '../../../local/containers/compose-file.ts';
import type { SubgraphContainer } from '../../../local/containers/container.ts';
import { buildExampleEnvironment } from '../../../local/containers/example-environment.ts';
import { readExtension } from '../../../local/containers/extension.ts';
import { replaceWrittenPart } from '../../../local/containers/written-part.ts';
import { readPrivateKey, readTrust } from '../../../platform/identity/signed-identity.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';

const extension = `# What shop adds.
services:
  shop:
    environment:
      SHOP_PRINTER: \${SHOP_PRINTER:-http://printer:9}
    networks: [printer]
    depends_on:
      printer: { condition: service_healthy }

  # Prints bills.
  printer:
    <<: *process
    networks: [printer]

networks:
  # Another building.
  printer:
`;

function container(name: string, more: Partial<SubgraphContainer> = {}): SubgraphContainer {
  return {
    name,
    peers: [],
    url: { key: `${name.toUpperCase()}_URL`, local: 'http://127.0.0.1:4001/graphql', port: '4001' },
    databaseKeys: getDatabaseKeys(name),
    settings: {},
    settingsText: '',
    extension: readExtension('', name),
    ...more,
  };
}

const shop = container('shop', {
  peers: ['reviews'],
  settings: { SHOP_PRINTER: '', SHOP_HOURS: '24' },
  settingsText: '# The printer\nSHOP_PRINTER=\n# Hours\nSHOP_HOURS=24\n',
  extension: readExtension(extension, 'shop'),
});
const reviews = container('reviews', { peers: ['shop', 'people'] });
const people = container('people');

/** The file with these subgraphs, below the anchors of docker-compose.yml. */
function readFile(containers: readonly SubgraphContainer[]) {
  const text = readFileSync(resolve('docker-compose.yml'), 'utf8');
  const place = { file: 'docker-compose.yml', mark: 'npm run compose:docker' };
  return parse(replaceWrittenPart(text, buildComposeFile(containers), place), { merge: true });
}

test('a subgraph with peers gets a key that all trust, their addresses, and waits for those before it in the map', () => {
  const { services } = readFile([shop, reviews, people]);
  const { environment, depends_on } = services.reviews;
  expect(environment).toMatchObject({
    SHOP_URL: 'http://shop:4001/graphql',
    PEOPLE_URL: 'http://people:4001/graphql',
  });
  expect(Object.keys(depends_on)).toEqual(['reviews-provision', 'shop']);
  expect(services.people.environment).not.toHaveProperty('IDENTITY_KEY');
  const getDefault = (text: string) => /:-(.*)\}$/.exec(text)?.[1] ?? '';
  const trust = readTrust(getDefault(services.people.environment.IDENTITY_TRUST));
  expect([...trust.keys()]).toEqual(['gateway', 'shop', 'reviews']);
  expect(readPrivateKey(getDefault(environment.IDENTITY_KEY)).asymmetricKeyType).toBe('ed25519');
  expect(Object.keys(services.gateway.depends_on)).toEqual(['shop', 'reviews', 'people']);
});

test('what the folder of a subgraph adds is beside what every subgraph has', () => {
  const { services, networks } = readFile([shop]);
  expect(services.shop).toMatchObject({
    command: ['node', 'commands/subgraph.ts', 'shop'],
    environment: {
      SHOP_PRINTER: '$' + '{SHOP_PRINTER:-http://printer:9}',
      SHOP_HOURS: '$' + '{SHOP_HOURS:-24}',
    },
    networks: ['graph', 'shop-database', 'printer'],
    depends_on: { printer: { condition: 'service_healthy' } },
  });
  expect(services.printer).toMatchObject({ image: 'tributary', networks: ['printer'] });
  expect(Object.keys(networks)).toEqual(['front', 'graph', 'printer', 'shop-database']);
  const text = buildComposeFile([shop]);
  expect([text.includes('  # Prints bills.\n  printer:'), text.includes('  # Another building.\n')]).toEqual([
    true,
    true,
  ]);
});

test('.env.example has the settings in the words of settings.env, and every variable of the containers', () => {
  const variables = parseEnv(buildExampleEnvironment([shop, reviews]));
  const text = buildComposeFile([shop, reviews]);
  const expanded = [...text.matchAll(/(?<!\$)\$\{(\w+):-/g)].map(([, name = '']) => name);
  // People write what .env.example says of the gateway.
  const written = expanded.filter((name) => !gatewayKeys.includes(name));
  expect(Object.keys(variables)).toEqual(expect.arrayContaining(written));
  expect(buildExampleEnvironment([shop])).toContain('# Hours\nSHOP_HOURS=24\n');
  const silent = { ...shop, settingsText: '# Hours\nSHOP_HOURS=24\n' };
  expect(() => buildExampleEnvironment([silent])).toThrow(
    'subgraphs/shop/settings.env leaves out SHOP_PRINTER',
  );
});

test.each([
  ['configs:\n  one:\n', 'may have services, volumes and networks, not configs'],
  ['services:\n  shop:\n    image: other\n', 'services.shop may add environment, networks and depends_on'],
])('refuses an addition that it would not carry over: %j', (text, problem) => {
  expect(() => readExtension(text, 'shop')).toThrow(`subgraphs/shop/docker-compose.yml`);
  expect(() => readExtension(text, 'shop')).toThrow(problem);
});

test('an addition may have comments beside its keys, quoted keys, and any indentation', () => {
  const text = `'services': # mine
    "shop": # shop itself
        networks: ["printer"]
    # Prints bills.
    printer:
        command:
            - |
              one

              two
`;
  const { own, services } = readExtension(text, 'shop');
  expect(own.networks).toEqual(['printer']);
  expect(services).toBe(
    '  # Prints bills.\n  printer:\n      command:\n          - |\n            one\n\n            two\n',
  );
  expect(readExtension('services: {}\n# Nothing yet.\nvolumes:\n', 'shop')).toMatchObject({
    services: '',
    volumes: '',
  });
});

test.each([
  ['volumes: { cache: {} }\n', 1],
  ['services:\n  shop: {}\nvolumes: {\n  cache: {}\n}\n', 4],
  ['{ services: {} }\n', 1],
  ['networks:\n  ? printer\n', 2],
  ['services:\n  shop: {}\nnetworks: [printer]\n', 3],
  ['services:\n  shop: {}\n  shop: {}\n', 3],
  ['- services\n', 1],
])('refuses an addition whose keys cannot be copied line by line: %j', (text, line) => {
  expect(() => readExtension(text, 'shop')).toThrow(`subgraphs/shop/docker-compose.yml:${line}: `);
});

test('refuses a file that does not say where the written part begins', () => {
  const place = { file: 'docker-compose.yml', mark: 'npm run compose:docker' };
  expect(() => replaceWrittenPart('services:\n', 'x', place)).toThrow('docker-compose.yml has no line');
});
