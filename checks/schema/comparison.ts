// The two graphs that a check compares, from what its command was told.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { supergraphFile } from '../../platform/supergraph-map.ts';
import { commitNamed, defaultBase, repositoryOf } from './git.ts';
import { type GraphVersion, versionAt, workingTree } from './graph-version.ts';

export interface Comparison {
  base: GraphVersion;
  candidate: GraphVersion;
  close: () => void;
}

export interface Options {
  against?: string;
  supergraph?: string;
  operations?: string;
  /** The flags that were given, without their dashes. */
  flags: ReadonlySet<string>;
  names: readonly string[];
}

/** Throws an Error that says the usage. */
export function readOptions(args: readonly string[], usage: string, flags: readonly string[] = []): Options {
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
    const given = new Set(flags.filter((flag) => (values as Record<string, unknown>)[flag] === true));
    const { against, supergraph, operations } = values;
    return {
      ...(against === undefined ? {} : { against }),
      ...(supergraph === undefined ? {} : { supergraph }),
      ...(operations === undefined ? {} : { operations }),
      flags: given,
      names: positionals,
    };
  } catch (cause) {
    throw new Error(usage, { cause });
  }
}

/** Throws what readers of maps, operations and repositories throw: one sentence each. */
export function openComparison(options: Options): Comparison {
  const file = resolve(options.supergraph ?? supergraphFile);
  const where = {
    supergraphFile: file,
    operationsFolder: resolve(options.operations ?? resolve(file, '..', 'operations')),
  };
  // First what is here: somebody with broken YAML has no use for a word about git.
  const candidate = workingTree(where);
  const repository = repositoryOf(file);
  const commit =
    options.against === undefined ? defaultBase(repository) : commitNamed(repository, options.against);
  const base = versionAt(repository, commit, where);
  return { base, candidate, close: base.close };
}
