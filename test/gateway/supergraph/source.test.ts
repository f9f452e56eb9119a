import { expect, test } from 'vitest';
import { SupergraphError } from '../../../gateway/supergraph/join-graph.ts';
import { createChangingSource, createConstantSource } from '../../../gateway/supergraph/source.ts';

const sdlOf = (name: string) => `enum join__Graph { A @join__graph(name: "${name}", url: "http://a") }`;

test('gives the SDL with its subgraphs, and refuses SDL that is no supergraph', () => {
  const { sdl, subgraphs } = createConstantSource(sdlOf('one'));
  expect([sdl, subgraphs.map(({ name }) => name)]).toEqual([sdlOf('one'), ['one']]);
  expect(() => createConstantSource('type Query { a: Int }')).toThrow(SupergraphError);
});

test('calls the listeners in the order of registration, until they are removed', () => {
  const source = createChangingSource(sdlOf('one'));
  const calls: string[] = [];
  const removeFirst = source.onChange((_sdl, subgraphs) => calls.push(`first ${subgraphs[0]?.name}`));
  source.onChange(() => calls.push('second'));
  source.offer(sdlOf('one'));
  expect(calls).toEqual([]);
  source.offer(sdlOf('two'));
  removeFirst();
  source.offer(sdlOf('three'));
  expect(calls).toEqual(['first two', 'second', 'second']);
  expect(source.sdl).toBe(sdlOf('three'));
});

test('keeps the old supergraph when a listener throws, and calls those before it with the old one', () => {
  const source = createChangingSource(sdlOf('one'));
  const calls: string[] = [];
  const listen = (listener: string, refused?: string) =>
    source.onChange((_sdl, [subgraph]) => {
      calls.push(`${listener} ${subgraph?.name}`);
      if (subgraph?.name === refused) throw new Error('refused');
    });
  listen('first');
  listen('second', 'two');
  listen('third');
  expect(() => source.offer(sdlOf('two'))).toThrow('refused');
  expect(calls).toEqual(['first two', 'second two', 'first one', 'second one']);
  expect([source.sdl, source.subgraphs[0]?.name]).toEqual([sdlOf('one'), 'one']);
});
