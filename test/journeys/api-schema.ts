// A front-end team reads the schema: from a running gateway, or from the file in the repository. Both say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { expect, test } from 'vitest';
import { printApiSchema } from '../../checks/api/api-schema.ts';
import type { Journey } from './journey.ts';

const query = getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true, oneOf: true });

export const apiSchema: Journey = (world) => {
  test('introspection answers what api/schema.graphql holds', async () => {
    const introspected = buildClientSchema((await world.data(query)) as IntrospectionQuery);
    const file = readFileSync(join(import.meta.dirname, '../../api/schema.graphql'), 'utf8');
    expect(printApiSchema(introspected)).toBe(file);
  });
};
