// How one subgraph asks another: a GraphQL operation under a service identity, never a database connection.
// The answer is data, a refusal of the other side (definitive: it did nothing), or a fault (unknown: it may have happened).
import type { Context } from './context.ts';
import type { AnswerError, Execute } from './execute.ts';

/** Finds the way to another subgraph: in memory or over HTTP. Throws for a name that supergraph.yaml does not have. */
export type PeerPort = (name: string) => Execute;

/** The other subgraph said no, with a code of its own, before it changed anything. */
export class PeerRefusal extends Error {
  override name = 'PeerRefusal';
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(peer: string, error: AnswerError) {
    const { code, ...details } = error.extensions ?? {};
    super(`${peer} refused: ${error.message}`);
    this.code = String(code);
    this.details = details;
  }
}

/** The other subgraph failed or did not answer. What was asked may or may not have happened. */
export class PeerFault extends Error {
  override name = 'PeerFault';
}

/** The `peer` function of a context: asks the subgraphs that its definition lists, in its own name. */
export function peersOf(port: PeerPort, self: { name: string; peers?: readonly string[] }): Context['peer'] {
  return async (name, operation, { signal, traceId }) => {
    if (!self.peers?.includes(name))
      throw new Error(`${self.name} asks ${name}, but does not list it as a peer`);
    const viewer = { kind: 'service', name: self.name } as const;
    const answer = await port(name)(operation, { viewer, signal, traceId }).catch((cause: unknown) => {
      throw new PeerFault(`${name} did not answer`, { cause });
    });
    // A fault anywhere outweighs a refusal beside it: then not everything was refused before it happened.
    const fault = answer.errors?.find((error) => !isRefusal(error));
    if (fault !== undefined) throw new PeerFault(`${name} failed: ${fault.message}`);
    const [refusal] = answer.errors ?? [];
    if (refusal !== undefined) throw new PeerRefusal(name, refusal);
    if (answer.data === null || answer.data === undefined) throw new PeerFault(`${name} answered nothing`);
    return answer.data;
  };
}

function isRefusal({ extensions }: AnswerError): boolean {
  return typeof extensions?.code === 'string' && extensions.code !== 'INTERNAL_SERVER_ERROR';
}
