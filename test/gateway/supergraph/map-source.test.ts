import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMapSource, type MapSourceOptions } from '../../../gateway/supergraph/map-source.ts';
import { SupergraphMapError } from '../../../platform/supergraph-map.ts';
import { writeMap } from '../small-graph.ts';

function open(options: Omit<MapSourceOptions, 'map' | 'requiredSubgraphs'> = {}) {
  const { map, folder } = writeMap({ a: 'type Query { a: Int }', b: 'type Query { b: Int }' });
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const source = createMapSource({ map, requiredSubgraphs: ['a'], ...options });
  return {
    source,
    reload: source.reloadOptions.reload,
    write: (file: string, text: string) => writeFileSync(join(folder, file), text),
    removeEntry: (name: string) => {
      const entries = map.subgraphs.filter((entry) => entry.name !== name);
      const lines = entries.map(
        (entry) =>
          `  ${entry.name}:\n    routing_url: ${entry.routingUrl}\n    schema:\n      file: ${entry.name}/schema.graphql\n`,
      );
      writeFileSync(map.file, `federation_version: =2.14.4\n# a comment\nsubgraphs:\n${lines.join('')}`);
    },
  };
}

test('composes again when a schema file has changed, and only then', () => {
  const { source, reload, write, removeEntry } = open();
  removeEntry('none');
  expect(reload()).toBe(false);
  write('b/schema.graphql', 'type Query { b: Int more: Int }');
  expect(reload()).toBe('b: added Query.more');
  expect(source.sdl).toContain('more: Int');
  removeEntry('b');
  expect(reload()).toBe('removed the subgraph b');
  expect(source.subgraphs.map(({ name }) => name)).toEqual(['a']);
  expect(source.reloadOptions.files()).toHaveLength(2);
});

test('refuses a map without a subgraph that the gateway calls itself, and watches its files', () => {
  const { source, reload, removeEntry } = open();
  removeEntry('a');
  expect(reload).toThrow(SupergraphMapError);
  expect(reload).toThrow(/supergraph\.yaml: the gateway calls "a" itself; put its entry back$/);
  expect(source.subgraphs.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(source.reloadOptions.files()).toHaveLength(2);
});

test('serves a new state after it is prepared, and finishes after it is served', () => {
  const steps: string[] = [];
  let isRefused = true;
  const { source, reload, write } = open({
    prepare: (next, before) => {
      if (isRefused) throw new Error('not yet');
      steps.push(`prepare ${before.schemas.get('b')} > ${next.schemas.get('b')}`);
      return () => steps.push('finish');
    },
  });
  source.onChange(() => steps.push('serve'));
  write('b/schema.graphql', 'type Query { c: Int }');
  expect(reload).toThrow('not yet');
  isRefused = false;
  expect(reload()).toBe('b: added Query.c, b: removed Query.b');
  expect(steps).toEqual(['prepare type Query { b: Int } > type Query { c: Int }', 'serve', 'finish']);
});

test('takes what was loaded before without composing it', () => {
  const supergraphSdl = 'enum join__Graph { Z @join__graph(name: "z", url: "http://z") }';
  const { source } = open({ loaded: { schemas: new Map(), supergraphSdl } });
  expect(source.subgraphs.map(({ name }) => name)).toEqual(['z']);
});
