// npm run token -- <subgraph> [<account id> | staff | service]: prints a signed identity, valid for a minute, to
// explore one subgraph alone (Sandbox, curl). IDENTITY_KEY signs it; the subgraph must trust that key under the name "gateway".
// `service` is the gateway itself; without a second argument the viewer is anonymous.

import { readSigner } from '../platform/identity/identity-keys.ts';
import { anonymous, type Viewer } from '../platform/identity/viewer.ts';
import { print, runCommand, warnOfVariables } from '../platform/process/command.ts';
import { loadEnvironmentFile, readEnvironmentAnd } from '../platform/process/environment.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSupergraphMap } from '../platform/supergraph-map.ts';
import { isAccountId, newAccountId, newSessionId } from '../platform/values/ids.ts';
import { findEntry } from '../subgraphs/load.ts';

await runCommand(async ([subgraph, who, ...more]) => {
  if (subgraph === undefined || more.length > 0)
    throw new UsageError('usage: npm run token -- <subgraph> [<account id> | staff | service]');
  loadEnvironmentFile();
  const { name } = findEntry(readSupergraphMap(), subgraph);
  const [environment, sign] = readEnvironmentAnd([(given) => readSigner(given, 'gateway')]);
  warnOfVariables(environment);
  print(`authorization: Bearer ${await sign(name, readViewer(who))}`);
});

function readViewer(who: string | undefined): Viewer {
  if (who === undefined) return anonymous;
  if (who === 'service') return { kind: 'service', name: 'gateway' };
  const sessionId = newSessionId();
  if (who === 'staff')
    return { kind: 'account', accountId: newAccountId(), sessionId, roles: ['CUSTOMER', 'STAFF'] };
  if (isAccountId(who)) return { kind: 'account', accountId: who, sessionId, roles: ['CUSTOMER'] };
  throw new Error(`"${who}" is neither an account id nor "staff" nor "service"`);
}
