import { expect, test } from 'vitest';
import { text } from '../../../platform/database/column.ts';
import { locateStatements } from '../../../platform/database/declared-statements.ts';
import { statement } from '../../../platform/database/statement.ts';

const one = statement({ text: 'SELECT 1', row: { one: text() } });
const source = 'export const one = statement({ … }); const rows = one.run(db);';

test('finds statements, and lists of the forms of a statement, among the exports of a file', () => {
  expect(locateStatements('a.ts', source, { one, limit: 3, table: {}, name: 'x' })).toEqual([
    { file: 'a.ts', name: 'one', declared: one },
  ]);
  const forms = locateStatements('a.ts', source, { forms: [one, one] });
  expect(forms.map(({ name }) => name)).toEqual(['forms[0]', 'forms[1]']);
});

test.each([
  ['is not exported', {}],
  ['is inside a function', { run: () => one }],
])('refuses a file when a statement of it %s', (_what, exported) => {
  expect(() => locateStatements('a.ts', source, exported)).toThrow(
    'a.ts exports 0 of its 1 declared statements: export each as a constant of its own',
  );
});

test.each(['changeStatement({', 'oneRowStatement({'])(
  'counts the statements that are declared with %s',
  (call) => {
    expect(() => locateStatements('a.ts', `const one = ${call}`, {})).toThrow('exports 0 of its 1');
  },
);
