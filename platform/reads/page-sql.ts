// The SQL of pages that connection.ts reads: the parts that are the same in every statement for pages of several owners.
import { array, integer, uuid } from '../database/column.ts';

/** The pages as rows, from five parameters. It is the first item of FROM. */
export const unnestPages = `unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::integer[])
       WITH ORDINALITY AS wanted (owner, older_than, newer_than, firsts, lasts, page)`;

/** The types of these parameters: those of Pages. */
export function pageParams<OwnerId extends string>() {
  return [array(uuid<OwnerId>()), array(uuid()), array(uuid()), array(integer()), array(integer())] as const;
}

/**
 * Reads the rows of a wanted page from the end that it counts from. The other half has LIMIT 0, which PostgreSQL does not execute, so
 * that one statement reads pages of both kinds. `select` ends with its conditions on the owner.
 */
export function fromBothEnds(select: string): string {
  const between = `${select} AND id < wanted.older_than AND id > wanted.newer_than`;
  return `(${between} ORDER BY id DESC LIMIT wanted.firsts)
       UNION ALL (${between} ORDER BY id LIMIT wanted.lasts)`;
}
