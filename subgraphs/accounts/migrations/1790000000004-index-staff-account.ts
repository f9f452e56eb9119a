import type { MigrationInterface, QueryRunner } from 'typeorm';
import { buildIndexConcurrently } from '../../../platform/migrations/concurrent-index.ts';

/** Finds the accounts of staff, newest first: few rows out of all. */
export class IndexStaffAccount1790000000004 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    const definition = `ON accounts.account (id) WHERE roles @> '{STAFF}'`;
    await buildIndexConcurrently(runner, 'accounts', 'account_staff_idx', definition);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX accounts.account_staff_idx');
  }
}
