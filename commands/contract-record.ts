// npm run contract:record [-- --check] [--supergraph <file>] [--operations <folder>] [--to <folder>]: plans every
// registered operation and writes contracts/<subgraph>.json: the fetches that the gateway sends to the subgraph. With
// --check it only compares.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printComposedSchema, readComposedSchema } from '../checks/contract/composed-schema.ts';
import { extractContracts } from '../checks/contract/extract.ts';
import { buildContractFiles, findDrift, writeContracts } from '../checks/contract/files.ts';
import { addPeerInteractions } from '../checks/contract/peer-interactions.ts';
import { readOperations } from '../checks/operations.ts';
import { composeSupergraph } from '../gateway/supergraph/compose.ts';
import { formatCount, print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readForeignMap, supergraphFile } from '../platform/supergraph-map.ts';
import { loadSubgraph } from '../subgraphs/load.ts';

const usage =
  'usage: npm run contract:record [-- --check] [--supergraph <file>] [--operations <folder>] [--to <folder>]';

await runCommand(async (args) => {
  const options = readOptions(args);
  const map = readForeignMap(options.supergraph);
  const { supergraphSdl } = composeSupergraph(map);
  // The operations of manifests have no samples of their variables, so that their fetches cannot be recorded.
  const operations = readOperations(options.operations).filter(({ file }) => file.endsWith('.graphql'));
  const names = map.subgraphs.map(({ name }) => name);
  const composedSchema = printComposedSchema(supergraphSdl);
  const schema = readComposedSchema(composedSchema, options.supergraph);
  // The folders of another graph are in any language. Only those of this one declare what they send to peers.
  const callers =
    options.supergraph === supergraphFile ? await Promise.all(map.subgraphs.map(loadSubgraph)) : [];
  const contracts = addPeerInteractions(extractContracts(supergraphSdl, names, operations), callers, schema);
  const files = buildContractFiles(contracts, composedSchema);
  if (options.isCheck) {
    const drift = findDrift(options.to, files);
    if (drift.length > 0)
      throw new Error(
        `${drift.join(', ')}: not what the plans say now. Write anew with: npm run contract:record`,
      );
    return;
  }
  writeContracts(options.to, files);
  for (const { subgraph, interactions } of contracts) {
    print(`${subgraph}: ${formatCount(interactions.length, 'interaction')}`);
  }
});

interface Options {
  isCheck: boolean;
  supergraph: string;
  operations: string;
  to: string;
}

function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { check: { type: 'boolean' }, supergraph: text, operations: text, to: text },
    });
    const supergraph = resolve(values.supergraph ?? supergraphFile);
    const beside = (folder: string) => resolve(supergraph, '..', folder);
    return {
      isCheck: values.check === true,
      supergraph,
      operations: resolve(values.operations ?? beside('operations')),
      to: resolve(values.to ?? beside('contracts')),
    };
  } catch (cause) {
    throw new UsageError(usage, { cause });
  }
}
