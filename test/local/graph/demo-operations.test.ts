// The operations that npm start trusts where the demo data may be.
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { composeSupergraph } from '../../../gateway/supergraph/compose.ts';
import { readTrustedDocuments } from '../../../gateway/trusted-documents/read-documents.ts';
import { demoQuery, listDemoOperations } from '../../../local/graph/demo-operations.ts';
import { firstPurchase } from '../../../local/graph/first-purchase.ts';
import { readEnvironment } from '../../../platform/process/environment.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';

const operations = listDemoOperations(readEnvironment({}));
const limits = { LIMIT_TOKENS: 5_000, LIMIT_NESTING: 100 };

test('npm start trusts its own operations and the first steps of the README, and they fit the graph', () => {
  const trusted = readTrustedDocuments('operations', operations);
  const { supergraphSdl } = composeSupergraph(readSupergraphMap());
  expect(trusted.findProblems(buildSchema(supergraphSdl, { assumeValid: true }))).toEqual([]);
  const [browse = '', signIn = '', buy = '', look = ''] = firstPurchase.tabs;
  for (const query of [demoQuery, browse, signIn, buy, look])
    expect(trusted.resolve({ query }, limits)).toEqual({ query });
});

test('it trusts none of them where the password of the demo accounts opens nothing', () => {
  for (const variables of [{ NODE_ENV: 'production' }, { HOST: '0.0.0.0' }])
    expect(listDemoOperations(readEnvironment(variables))).toEqual([]);
  const trusted = readTrustedDocuments('operations');
  expect(() => trusted.resolve({ query: demoQuery }, limits)).toThrow(
    expect.objectContaining({ code: 'OPERATION_NOT_REGISTERED' }),
  );
});
