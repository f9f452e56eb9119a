// Where the tests of npm run provision provision one subgraph: on the run's PostgreSQL server, under names of databases and roles that no other
// test uses.
import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { replaceDatabase } from '../../../platform/database/provision.ts';
import { getDatabaseKeys } from '../../../platform/process/database-urls.ts';
import { query } from '../../support/databases.ts';
import type { Variables } from '../../support/processes.ts';

export interface Place {
  database: string;
  runtimeRole: string;
  ownerRole: string;
  runtime: string;
  owner: string;
  admin: string;
}

export const uniqueName = () => `provision_${randomBytes(5).toString('hex')}`;

/** The statements in `removals` run after the tests of the current file. */
export function openPlaces(): { placeIn: (database: string) => Place; removals: string[] } {
  const removals: string[] = [];
  afterAll(async () => {
    for (const statement of removals) await query(inject('adminUrl'), statement);
  });
  const placeIn = (database: string): Place => {
    const suffix = randomBytes(5).toString('hex');
    const admin = inject('adminUrl');
    const [runtimeRole, ownerRole] = [`reader_${suffix}`, `keeper_${suffix}`];
    const as = (role: string) => {
      const url = new URL(replaceDatabase(admin, database));
      url.username = role;
      url.password = `password of ${role}`;
      return url.href;
    };
    removals.push(
      `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`,
      `DROP ROLE IF EXISTS ${runtimeRole}_b, ${ownerRole}_b, ${runtimeRole}, ${ownerRole}`,
    );
    return { database, runtimeRole, ownerRole, runtime: as(runtimeRole), owner: as(ownerRole), admin };
  };
  return { placeIn, removals };
}

export function variablesFor(name: string, place: Place): Variables {
  const keys = getDatabaseKeys(name);
  return { [keys.runtime]: place.runtime, [keys.owner]: place.owner, [keys.admin]: place.admin };
}
