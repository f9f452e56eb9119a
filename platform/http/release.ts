// Which code a process runs: the version of the project, and the release that its operator names (RELEASE), such as a commit.
import { readFileSync } from 'node:fs';

export interface Release {
  version: string;
  release?: string;
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

export function describeRelease(release: string | undefined): Release {
  return release === undefined ? { version } : { version, release };
}
