// The two graphs that a check compares, from the options of its command.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from '../../platform/process/lifecycle.ts';
import { supergraphFile } from '../../platform/supergraph-map.ts';
import { findCommit, findDefaultBase, findRepository } from './git.ts';
import { type GraphVersion, readVersionAt, readWorkingTree } from './graph-version.ts';

export interface Comparison {
  base: GraphVersion;
  candidate: GraphVersion;
  close: () => void;
}

export interface ComparisonOptions {
  against?: string;
  supergraph?: string;
  operations?: string;
  /** The flags that were given, without their dashes. */
  flags: ReadonlySet<string>;
  names: readonly string[];
}

/** Throws an Error with the usage. */
export function readOptions(
  args: readonly string[],
  usage: string,
  flags: readonly string[] = [],
): ComparisonOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        against: { type: 'string' },
        supergraph: { type: 'string' },
        operations: { type: 'string' },
        ...Object.fromEntries(flags.map((flag) => [flag, { type: 'boolean' as const }])),
      },
    });
    const givenFlags = new Set(flags.filter((flag) => (values as Record<string, unknown>)[flag] === true));
    const { against, supergraph, operations } = values;
    return {
      ...(against === undefined ? {} : { against }),
      ...(supergraph === undefined ? {} : { supergraph }),
      ...(operations === undefined ? {} : { operations }),
      flags: givenFlags,
      names: positionals,
    };
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}

/** Throws the errors of the readers of maps, operations and repositories, each of one sentence. */
export function openComparison(options: ComparisonOptions): Comparison {
  const file = resolve(options.supergraph ?? supergraphFile);
  const where = {
    supergraphFile: file,
    operationsFolder: resolve(options.operations ?? resolve(file, '..', 'operations')),
  };
  // The working tree comes first: a user with broken YAML needs that error, not one about git.
  const candidate = readWorkingTree(where);
  const repository = findRepository(file);
  const commit =
    options.against === undefined ? findDefaultBase(repository) : findCommit(repository, options.against);
  const base = readVersionAt(repository, commit, where);
  return { base, candidate, close: base.close };
}
