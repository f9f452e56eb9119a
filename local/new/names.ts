// The names of a new subgraph in all the forms in which code, SQL and SDL need them, and which names cannot be one.
import { createContext, runInContext, Script } from 'node:vm';
import { ownNameRule } from '../../platform/supergraph-map.ts';

/** A name that cannot be given to a subgraph. The message says what to do. */
export class NameError extends Error {
  override name = 'NameError';
}

export interface Names {
  /** `stock_notes`: the folder, the database, the entry in supergraph.yaml. */
  subgraph: string;
  /** `StockNote`: the entity. */
  type: string;
  /** `stockNotes` and `StockNotes`: the list. */
  list: string;
  listType: string;
  /** `stockNote`: the field of one. */
  field: string;
  /** `stock_note`: the table. */
  table: string;
  /** `stock note`, in sentences. */
  words: string;
}

const usage = 'use a-z, 0-9 and _, begin with a letter, 40 characters at most';

/** Names of the servers, of their parts, and of what every graph has beside its subgraphs. */
const takenNames = /^(?:gateway|postgres|public|template[01]|pg_.*|information_schema|.*_owner)$/;

/** Throws NameError. Without `type`, the subgraph's name must be a plural that ends in s. */
export function buildNames(subgraph: string, type?: string): Names {
  if (!ownNameRule.pattern.test(subgraph) || /__|_$/.test(subgraph))
    throw new NameError(`"${subgraph}" cannot name a subgraph: ${usage}`);
  if (takenNames.test(subgraph))
    throw new NameError(
      `"${subgraph}" cannot name a subgraph: it would be a database or a role that is there`,
    );
  const singular = type ?? capitalize(camelCase(findSingular(subgraph)));
  if (!/^[A-Z][A-Za-z0-9]{0,39}$/.test(singular))
    throw new NameError(
      `"${singular}" cannot name a type: begin with a capital letter, and use letters and digits`,
    );
  const table = singular.replaceAll(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
  const list = camelCase(subgraph);
  const field = `${singular.charAt(0).toLowerCase()}${singular.slice(1)}`;
  if (list === field)
    throw new NameError(
      `"${subgraph}" would be both the list and one of its items; add --type <another name>`,
    );
  for (const word of [list, field, singular])
    if (isReserved(word) || isBuiltIn(word))
      throw new NameError(
        `"${word}" is a word of JavaScript; choose another name, or add --type <another name>`,
      );
  return {
    subgraph,
    type: singular,
    list,
    listType: capitalize(list),
    field,
    table,
    words: table.replaceAll('_', ' '),
  };
}

function findSingular(plural: string): string {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`;
  if (/[^s]s$/.test(plural)) return plural.slice(0, -1);
  throw new NameError(`what is one of "${plural}"? Name its type: npm run new -- ${plural} --type <Type>`);
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

function capitalize(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

function isReserved(word: string): boolean {
  try {
    new Script(`'use strict'; let ${word};`);
    return false;
  } catch {
    return true;
  }
}

/**
 * True for what JavaScript has everywhere, as a global or from Object.prototype: the linter lets no code name it anew. What Node adds,
 * like `Event`, may be named anew.
 */
function isBuiltIn(word: string): boolean {
  return runInContext(`${JSON.stringify(word)} in globalThis`, createContext({ __proto__: null })) === true;
}
