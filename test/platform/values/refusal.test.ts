import { readFileSync } from 'node:fs';
import { type DocumentNode, Kind, parse, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { readDocumentedCodes } from '../../../checks/api/codes.ts';
import { readSupergraphMap } from '../../../platform/supergraph-map.ts';
import { platformCodes } from '../../../platform/values/refusal.ts';
import { loadSubgraph } from '../../../subgraphs/load.ts';

function fieldsOf(document: DocumentNode): { name: string; type: string; description: string }[] {
  const fields: { name: string; type: string; description: string }[] = [];
  visit(document, {
    FieldDefinition: (node, _key, _parent, _path, ancestors) => {
      const owner = ancestors.findLast((ancestor) => 'kind' in ancestor);
      const type =
        owner !== undefined && 'name' in owner && owner.name?.kind === Kind.NAME ? owner.name.value : '';
      fields.push({ name: node.name.value, type, description: node.description?.value ?? '' });
    },
  });
  return fields;
}

describe.each(readSupergraphMap().subgraphs)('$name', (entry) => {
  const fields = fieldsOf(parse(readFileSync(entry.schemaFile, 'utf8')));
  const documented = new Set(fields.flatMap(({ description }) => readDocumentedCodes(description)));

  test('documents every code that it declares', async () => {
    const { refusals } = await loadSubgraph(entry);
    expect(Object.keys(refusals).filter((code) => !documented.has(code))).toEqual([]);
  });

  test('declares every code that it documents', async () => {
    const { refusals } = await loadSubgraph(entry);
    const declared = new Set([...Object.keys(refusals), ...Object.keys(platformCodes)]);
    expect([...documented].filter((code) => !declared.has(code))).toEqual([]);
  });

  test('declares no code that belongs to all subgraphs, and has a sentence for each code', async () => {
    const { refusals } = await loadSubgraph(entry);
    for (const [code, message] of Object.entries(refusals)) {
      expect(Object.keys(platformCodes)).not.toContain(code);
      expect(message, code).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('describes every mutation', () => {
    const silent = fields.filter(({ type, description }) => type === 'Mutation' && description === '');
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
