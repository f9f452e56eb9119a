// What others do at the provider while buyers buy: staff there refund, banks dispute, holds lapse, captures are taken back. Payments
// has to learn of all of it, although its events are lost whenever a process or a connection fails.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Viewer } from '../../../platform/identity/viewer.ts';
import { newAccountId, newSessionId } from '../../../platform/values/ids.ts';
import type { Random } from '../../support/random.ts';
import type { Violation } from '../invariants.ts';
import type { Charge } from '../recorded-state.ts';
import type { Services } from '../services.ts';

/** Old charges are left alone: payments asks for them less often, and the run would wait for that. */
const recentCharges = 20;

/** Changes one of the latest charges. Does nothing while the provider is away, or when the charge cannot change like that. */
export async function changeAtProvider({ provider }: Services, random: Random): Promise<void> {
  const headers = { authorization: `Bearer ${provider.key}`, 'content-type': 'application/json' };
  const send = async (path: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const signal = AbortSignal.timeout(1_000);
    return (await fetch(provider.url + path, { headers, signal, ...init })).json();
  };
  try {
    const { charges } = (await send('/charges')) as { charges: Charge[] };
    const open = charges
      .slice(-recentCharges)
      .filter(({ status }) => ['AUTHORIZED', 'CAPTURED'].includes(status));
    if (open.length === 0) return;
    const { reference, currency } = random.pick(open);
    const part = { reference: randomUUID(), amount: '0.50', currency };
    const change = random.pick(['expire', 'reverse', 'refunds', 'disputes', 'won', 'lost'] as const);
    if (change === 'expire' || change === 'reverse') await send(`/charges/${reference}/${change}`, {});
    else if (change === 'refunds') await send(`/charges/${reference}/refunds`, part);
    else {
      await send(`/charges/${reference}/disputes`, part);
      const end = { won: 'win', lost: 'lose', disputes: null }[change];
      if (end !== null) await send(`/charges/${reference}/disputes/${part.reference}/${end}`, {});
    }
  } catch {
    // The provider is killed or frozen. The next change may reach it.
  }
}

const staff: Viewer = {
  kind: 'account',
  accountId: newAccountId(),
  sessionId: newSessionId(),
  roles: ['CUSTOMER', 'STAFF'],
};
const proof =
  '{ ledger { balanced matchesProvider differences { reference ours { status } provider { status } } } }';

/** Waits until the ledger agrees with the provider about every payment. Returns a violation when it does not in that time. */
export async function findUnfollowed(services: Services, timeoutMs: number): Promise<Violation[]> {
  let problem = 'the ledger cannot be read';
  for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(200)) {
    const answer = await services.ask('payments', proof, {}, staff).catch(() => null);
    const ledger = answer?.data?.ledger;
    if (ledger?.balanced === true && ledger.matchesProvider === true) return [];
    problem = `the ledger does not follow the provider: ${JSON.stringify(ledger ?? answer?.errors)}`;
  }
  return [{ invariant: 'I5', purchaseId: null, problem }];
}
