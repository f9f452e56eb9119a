// A test of types: `npm run types` compiles this file, and fails where one of its lines compiles that must not, or the other
// way round. Nothing here runs.
import type { DataSource } from 'typeorm';
import {
  array,
  bigint,
  integer,
  nullable,
  numeric,
  type RowOf,
  text,
  timestamptz,
  uuid,
} from '../../../platform/database/column.ts';
import { changeStatement, oneRowStatement, statement } from '../../../platform/database/statement.ts';
import type { AccountId, ProductId } from '../../../platform/values/ids.ts';

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
const claim = <Claim extends true>(): Claim | undefined => undefined;

const row = {
  id: uuid<AccountId>(),
  ended_at: nullable(timestamptz()),
  price: numeric(),
  roles: array(text<'A'>()),
};
interface Row {
  id: AccountId;
  ended_at: Date | null;
  price: string;
  roles: 'A'[];
}
claim<Same<RowOf<typeof row>, Row>>();

const read = statement({
  text: '',
  params: [uuid<AccountId>(), nullable(text()), bigint(), array(integer())],
  row,
});
const changed = changeStatement({ text: '', row });
const inserted = oneRowStatement({ text: '', row });
const rowless = changeStatement({ text: '' });

export async function use(db: DataSource, id: AccountId, other: ProductId): Promise<void> {
  claim<Same<Awaited<ReturnType<typeof read.run>>, Row[]>>();
  claim<Same<Awaited<ReturnType<typeof changed.run>>, [Row[], number]>>();
  claim<Same<Awaited<ReturnType<typeof inserted.run>>, [Row]>>();
  const [, count] = await rowless.run(db);
  claim<Same<typeof count, number>>();
  await read.run(db, [id, null, 3, [1]]);
  // @ts-expect-error: the id of another kind
  await read.run(db, [other, null, 3, [1]]);
  // @ts-expect-error: null where none may be sent
  await read.run(db, [id, null, null, [1]]);
  // @ts-expect-error: a parameter too few
  await read.run(db, [id, null, 3]);
  // @ts-expect-error: no parameters at all
  await read.run(db);
  // @ts-expect-error: parameters of a statement that has none
  await changed.run(db, [id]);
}
