import type { MigrationInterface, QueryRunner } from 'typeorm';

const statuses = [
  'PENDING',
  'AUTHORIZED',
  'DECLINED',
  'CAPTURED',
  'VOIDED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
];

/** EXPIRED: the hold has lapsed at the provider before it was captured. */
export class AllowExpired1790000000206 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(replaceStatuses([...statuses, 'EXPIRED']));
  }

  async down(runner: QueryRunner): Promise<void> {
    // The version before knows no lapsed hold. A voided one is the same for the money: nothing is held, and nothing was captured.
    await runner.query(`UPDATE payments.payment SET status = 'VOIDED' WHERE status = 'EXPIRED'`);
    await runner.query(replaceStatuses(statuses));
  }
}

function replaceStatuses(allowed: readonly string[]): string {
  const list = allowed.map((status) => `'${status}'`).join(', ');
  return `ALTER TABLE payments.payment DROP CONSTRAINT payment_status_check,
    ADD CONSTRAINT payment_status_check CHECK (status IN (${list}))`;
}
