// What the answers of its neighbours say of the configuration of this process. A process with a wrong URL, key or clock looks healthy by
// itself, and all its calls fail. A mistake makes it not ready only as long as no call to that neighbour has worked: what fails later
// has changed elsewhere, and a neighbour must not take the processes that call it out of service.
import type { Log } from '../process/log.ts';

/**
 * What a neighbour's answer may show, each with a sentence for the operator that has no address and no secret:
 *   url       the URL leads to another subgraph, or to a path without operations: a mistake of this process
 *   key       a service outside of the graph refuses the key of this process: a mistake of this process
 *   identity  the neighbour refuses the signed identity: a mistake of one of the two, or of a clock
 *   answer    something answers that is no subgraph: a proxy may do that while the neighbour is down
 *   clock     the neighbour accepts the identity, and its clock differs so much that it may refuse the next one
 */
export type Findings = { readonly [kind in keyof typeof messages]?: string };

const messages = {
  url: 'the URL of a neighbour is wrong',
  key: 'a neighbour refuses a key',
  identity: 'a neighbour refuses the identity of this process',
  answer: 'what answers calls to a neighbour is no subgraph',
  clock: 'the clock of a neighbour differs',
} as const;

const kinds = Object.keys(messages) as (keyof typeof messages)[];

export interface Configuration {
  /** Takes the details of an answer, and logs what has changed. Whoever gets no answer records none. */
  record: (neighbour: string, details: Readonly<Record<string, unknown>>) => void;
  /** What the last answer of a neighbour has shown. */
  findings: (neighbour: string) => Findings;
  /** Why this process is not ready. Empty when its configuration may be right. */
  mistakes: () => string[];
}

export function judgeConfiguration(log: Log): Configuration {
  const answers = new Map<string, Findings>();
  const proven = new Set<string>();
  const isRefused = ({ url, key, identity, answer }: Findings) =>
    (url ?? key ?? identity ?? answer) !== undefined;
  return {
    record: (neighbour, details) => {
      const findings = readFindings(details);
      logChange(log, neighbour, answers.get(neighbour) ?? {}, findings);
      answers.set(neighbour, findings);
      if (!isRefused(findings)) proven.add(neighbour);
    },
    findings: (neighbour) => answers.get(neighbour) ?? {},
    mistakes: () => {
      const unproven = [...answers].filter(([name]) => !proven.has(name)).map(([, findings]) => findings);
      const certain = unproven.map(({ url, key }) => url ?? key);
      // One neighbour that refuses the identity may be wrong itself. All of them are hardly wrong together.
      const refusals = proven.size === 0 ? unproven.map(({ identity }) => identity) : [];
      return [...certain, ...refusals].filter((text) => text !== undefined).toSorted();
    },
  };
}

function readFindings(details: Readonly<Record<string, unknown>>): Findings {
  return Object.fromEntries(
    kinds.flatMap((kind) => (typeof details[kind] === 'string' ? [[kind, details[kind]]] : [])),
  );
}

/** Logs once that a finding has begun, and once that none is left. A sentence may change meanwhile: a clock drifts. */
function logChange(log: Log, neighbour: string, before: Findings, after: Findings): void {
  for (const kind of kinds) {
    if (after[kind] !== undefined && before[kind] === undefined)
      log.error({ neighbour, [kind]: after[kind] }, messages[kind]);
  }
  const hasEnded = Object.keys(before).length > 0 && Object.keys(after).length === 0;
  if (hasEnded) log.info({ neighbour }, 'a neighbour answers this process again');
}
