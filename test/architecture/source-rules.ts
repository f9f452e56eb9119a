// What no source file may contain. Each rule takes sources and returns what breaks it, one line each; source-rules.test.ts shows
// on made-up sources that each of them can fail.
import type { Source } from './imports.ts';

/** Longest file, in lines; generated ones excepted. */
const maximumLines = 250;

/** One file reads the environment. */
export function readersOfEnvironment(sources: readonly Source[]): string[] {
  return sources
    .filter(
      ({ path }) =>
        path !== 'platform/process/environment.ts' &&
        // A mark of npm, which is no setting.
        path !== 'platform/process/npm-parent.ts' &&
        path !== 'vitest.config.ts' &&
        !path.startsWith('test/'),
    )
    .filter(({ text }) =>
      /\bprocess\s*(\?\.|\.|\[')\s*env\b|\{[^}]*\benv\b[^}]*\}\s*(=|from)\s*['"]?(node:)?process\b/.test(
        text,
      ),
    )
    .map(({ path }) => `${path} reads process.env: only platform/process/environment.ts may`);
}

/** A connection sets what its session needs, so only one class may open it. */
export function otherConnections(sources: readonly Source[]): string[] {
  const allowed = [
    'platform/database/client.ts',
    'platform/database/connect.ts',
    // It only asks whether the server lets the superuser in.
    'local/postgres/cluster.ts',
  ];
  return sources
    .filter(({ path }) => !/^(test|bench)\//.test(path) && !allowed.includes(path))
    .filter(({ text }) => /\bnew (pg\.(Client|Pool)\(|Client\(\{\s*connectionString)/.test(text))
    .map(({ path }) => `${path} opens a connection itself: let platform/database/connect.ts open it`);
}

export function tooLong(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !path.endsWith('.generated.ts'))
    .map(({ path, text }) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ lines }) => lines > maximumLines)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${maximumLines}: split it by behaviour`);
}

/** Promises to do something later stand in an issue. */
export function promisesWithoutIssue(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        /\b(TODO|FIXME)\b(?!.*#\d)/.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

/** The one file that makes an id of a text. */
const idsFile = 'platform/values/ids.ts';

/** Ids have their types from the makers and checks of one file: a cast anywhere else would pass one id for another. */
export function castIds(sources: readonly Source[]): string[] {
  const ids = sources.find(({ path }) => path === idsFile)?.text ?? '';
  const names = [...ids.matchAll(/^export type (\w+) = Branded</gm)].map(([, name]) => name);
  if (names.length === 0) return [`${idsFile} defines no id`];
  // `x as AccountId`, `x as readonly AccountId[]`, `(x): x is AccountId`, `asserts x is AccountId`.
  const cast = new RegExp(`\\b(?:as|is)\\s[^;,(){}=]*\\b(?:${names.join('|')})\\b`);
  return sources
    .filter(({ path }) => path !== idsFile && !path.endsWith('.generated.ts'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          !/^\s*(\/\/|\/?\*)/.test(line) && cast.test(line)
            ? [`${path}:${index + 1}: ${line.trim()}: let ${idsFile} make the id`]
            : [],
        ),
    );
}

/** Named exports, no barrels. Vite reads its configuration from a default export. */
export function unwantedExports(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => path.includes('/') && !/^test\/|\/vite\.config\.ts$|\.generated\.ts$/.test(path))
    .flatMap(({ path, text }) => [
      ...(/^export default\b/m.test(text) ? [`${path} has a default export: name it`] : []),
      ...(/^export\s+(\*|type\s+\*|(type\s+)?\{[^}]*\}\s*from\b)/m.test(text)
        ? [`${path} passes on another file's exports: import that file`]
        : []),
    ]);
}
