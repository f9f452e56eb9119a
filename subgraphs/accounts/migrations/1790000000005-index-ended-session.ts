import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexConcurrently } from '../../../platform/migrations/concurrent-index.ts';

/** Finds the sessions that have ended, by expiry or by revocation: few rows out of all. */
export class IndexEndedSession1790000000005 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const definition = 'ON accounts.session (least(expires_at, revoked_at))';
    await buildIndexConcurrently(runner, 'accounts', 'session_ended_idx', definition);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX accounts.session_ended_idx');
  }
}
