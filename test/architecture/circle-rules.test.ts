import { expect, test } from 'vitest';
import { circlesOfFiles, circlesOfRooms } from './circle-rules.ts';
import type { Source } from './imports.ts';

/** Sources that import what stands behind their path. */
function sources(imports: Readonly<Record<string, readonly string[]>>): Source[] {
  return Object.entries(imports).map(([path, specifiers]) => ({
    path,
    text: specifiers.map((specifier) => `import type { x } from '${specifier}';`).join('\n'),
  }));
}

test('finds two files that import each other', () => {
  const two = sources({ 'gateway/a.ts': ['./b.ts'], 'gateway/b.ts': ['./a.ts'] });
  expect(circlesOfFiles(two)).toEqual(['these files import each other: gateway/a.ts, gateway/b.ts']);
});

test('finds a circle over three files, and names no file that only leads to it', () => {
  const found = circlesOfFiles(
    sources({
      'gateway/start.ts': ['./a.ts'],
      'gateway/a.ts': ['./plan/b.ts', './end.ts'],
      'gateway/plan/b.ts': ['./c.ts'],
      'gateway/plan/c.ts': ['../a.ts', '../end.ts'],
      'gateway/end.ts': [],
    }),
  );
  expect(found).toEqual([
    'these files import each other: gateway/a.ts, gateway/plan/b.ts, gateway/plan/c.ts',
  ]);
});

test('finds two circles apart', () => {
  const found = circlesOfFiles(
    sources({
      'a.ts': ['./b.ts'],
      'b.ts': ['./a.ts', './c.ts'],
      'c.ts': ['./d.ts'],
      'd.ts': ['./c.ts'],
    }),
  );
  expect(found).toHaveLength(2);
});

test('takes files that two others import for no circle', () => {
  const diamond = sources({
    'a.ts': ['./b.ts', './c.ts'],
    'b.ts': ['./d.ts'],
    'c.ts': ['./d.ts'],
    'd.ts': [],
  });
  expect(circlesOfFiles(diamond)).toEqual([]);
});

test('finds rooms that import each other through different files', () => {
  const rooms = sources({
    'gateway/plan/a.ts': ['../fetch/b.ts'],
    'gateway/fetch/b.ts': [],
    'gateway/fetch/c.ts': ['../plan/d.ts'],
    'gateway/plan/d.ts': [],
  });
  expect(circlesOfFiles(rooms)).toEqual([]);
  expect(circlesOfRooms(rooms)).toEqual(['these rooms import each other: gateway/fetch, gateway/plan']);
});

test('takes each file beside the rooms for a room of its own', () => {
  const rooms = sources({
    'gateway/gateway.ts': ['./http/a.ts'],
    'gateway/http/a.ts': ['../errors.ts'],
    'gateway/errors.ts': [],
  });
  expect(circlesOfRooms(rooms)).toEqual([]);
  const back = sources({ 'gateway/gateway.ts': ['./http/a.ts'], 'gateway/http/a.ts': ['../gateway.ts'] });
  expect(circlesOfRooms(back)).toHaveLength(1);
});

test('knows the rooms of a subgraph', () => {
  const rooms = sources({
    'subgraphs/payments/sweep.ts': ['./provider/provider.ts'],
    'subgraphs/payments/provider/provider.ts': ['../sweep.ts'],
  });
  expect(circlesOfRooms(rooms)).toEqual([
    'these rooms import each other: subgraphs/payments/provider, subgraphs/payments/sweep.ts',
  ]);
});
