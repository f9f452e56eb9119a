// Asks PostgreSQL what a statement takes and answers, without running it: the statement is prepared and described over the
// wire protocol, and the catalog tells what is known of the columns behind the result.
import { connect } from '../../platform/database/connect.ts';
import { describeStatement } from '../../platform/database/describe-statement.ts';

export interface FoundColumn {
  name: string;
  type: string;
  /** The table's column that the value is passed on from. Null for an expression: of one, PostgreSQL knows the type only. */
  source: { name: string; isNullable: boolean } | null;
}

export interface Description {
  params: readonly string[];
  columns: readonly FoundColumn[];
  /** True for an UPDATE or a DELETE, whose answer TypeORM gives another form. */
  isChange: boolean;
}

export interface Describer {
  /** Throws PostgreSQL's error for a text that does not parse, or that the role may not run. */
  describe: (text: string) => Promise<Description>;
  close: () => Promise<void>;
}

/** Connects as the role that sends the statements, so that a privilege it lacks is found as well. */
export async function openDescriber(subgraph: string, databaseUrl: string): Promise<Describer> {
  const client = await connect({ subgraph, url: databaseUrl, applicationName: 'tributary sql check' });
  const types = new Map<number, string>();
  for (const { oid, name } of (await client.query('SELECT oid, format_type(oid, NULL) AS name FROM pg_type'))
    .rows)
    types.set(oid, name);
  const sources = new Map<string, NonNullable<FoundColumn['source']>>();
  for (const { table, number, ...source } of (await client.query(tableColumns)).rows)
    sources.set(`${table} ${number}`, source);
  const typeName = (oid: number) => types.get(oid) ?? `type ${oid}`;
  return {
    describe: async (text) => {
      const { params, fields } = await describeStatement(client, text);
      const plan = await client.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`);
      return {
        params: params.map(typeName),
        columns: fields.map(({ name, tableID, columnID, dataTypeID }) => ({
          name,
          type: typeName(dataTypeID),
          source: sources.get(`${tableID} ${columnID}`) ?? null,
        })),
        isChange: ['Update', 'Delete'].includes(plan.rows[0]['QUERY PLAN'][0].Plan.Operation),
      };
    },
    close: () => client.end(),
  };
}

const tableColumns = `
  SELECT a.attrelid AS "table", a.attnum AS number, c.relname || '.' || a.attname AS name, NOT a.attnotnull AS "isNullable"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')`;
