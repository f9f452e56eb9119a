// Asks PostgreSQL what a statement takes and answers, over the wire protocol: Parse and Describe, and nothing that runs the statement.
// A text with several statements is refused, so a text may come from a table that others can write.
import type pg from 'pg';

export interface DescribedField {
  name: string;
  tableID: number;
  columnID: number;
  dataTypeID: number;
}

export interface StatementDescription {
  /** The type of each parameter, by its oid. */
  params: readonly number[];
  fields: readonly DescribedField[];
}

/** Rejects with PostgreSQL's error for a text that does not parse. In a transaction, that ends the transaction. */
export function describeStatement(client: pg.Client, text: string): Promise<StatementDescription> {
  return new Promise((resolve, reject) => {
    let params: readonly number[] = [];
    let fields: readonly DescribedField[] = [];
    // node-postgres calls these methods with the messages that answer what `submit` sent.
    const exchange = {
      submit(connection: pg.Connection) {
        connection.once('parameterDescription', ({ dataTypeIDs }) => {
          params = dataTypeIDs;
        });
        connection.parse({ name: '', text, types: [] }, true);
        connection.describe({ type: 'S', name: '' }, true);
        connection.sync();
      },
      handleRowDescription(message: { fields: readonly DescribedField[] }) {
        fields = message.fields;
      },
      handleReadyForQuery: () => resolve({ params, fields }),
      handleError: reject,
    };
    client.query(exchange);
  });
}
