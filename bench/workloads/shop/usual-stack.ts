// The usual stack: four standalone Apollo Servers over TypeORM, and stock Apollo Gateway in front of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { OpenResources } from '../../../platform/process/shutdown.ts';
import { startPeer } from '../../processes.ts';
import type { Databases } from './databases.ts';

const schemas = resolve(import.meta.dirname, '../../peers/usual');

export interface UsualStack {
  url: string;
  gatewayPid: number;
  subgraphPids: readonly number[];
  supergraphFile: string;
}

export async function startUsualStack(
  { urls }: Pick<Databases, 'urls'>,
  folder: string,
  opened: OpenResources,
): Promise<UsualStack> {
  const subgraphs = await Promise.all(
    [...urls].map(async ([name, { runtime }]) => ({
      name,
      ...(await startPeer(`peers/usual/${name}.ts`, { database: runtime }, opened)),
    })),
  );
  const composed = composeServices(
    subgraphs.map(({ name, url }) => ({
      name,
      url,
      typeDefs: parse(readFileSync(join(schemas, `${name}.graphql`), 'utf8')),
    })),
  );
  if (composed.supergraphSdl === undefined)
    throw new Error(`the usual stack does not compose: ${composed.errors}`);
  const supergraphFile = join(folder, 'usual.graphql');
  writeFileSync(supergraphFile, composed.supergraphSdl);
  const options = { supergraph: supergraphFile, passesOn: 'x-account-id' };
  const gateway = await startPeer('peers/apollo-gateway.ts', options, opened);
  return {
    url: gateway.url,
    gatewayPid: gateway.pid,
    subgraphPids: subgraphs.map(({ pid }) => pid),
    supergraphFile,
  };
}
