// A contract lists what one subgraph receives: each fetch of the gateway's plans for the registered operations, and each operation of
// another subgraph. `npm run contract:record` writes it, `npm run contract:verify -- <name>` replays it against the subgraph alone, and
// it is committed.
import { z } from 'zod';

/** One fetch of a plan, as the subgraph receives it. */
const interactionShape = z.strictObject({
  /** The operation name in the text: <operation>__<subgraph>__<number>. */
  name: z.string(),
  kind: z.enum(['query', 'mutation']),
  /** The text that the gateway sends, byte for byte. */
  text: z.string(),
  /** The fields of every representation, as a selection set; null for a fetch of root fields. */
  requires: z.string().nullable(),
  /** The variables of the fetch, with the operation's sample values. A variable without a sample is not sent. */
  variables: z.record(z.string(), z.unknown()).readonly(),
  /** The fetch is sent when the operation's variables match one of these sets of values, and always when the list is empty. */
  conditions: z.array(z.record(z.string(), z.boolean())).readonly(),
  /** The registered operations whose plans contain this fetch. */
  operations: z.array(z.string()).readonly(),
  /** The subgraph that sends it in its own name. Without it, the gateway sends it for a client. */
  caller: z.string().optional(),
});

const contractShape = z.strictObject({
  subgraph: z.string(),
  interactions: z.array(interactionShape).readonly(),
});

export type Interaction = z.infer<typeof interactionShape>;
export type Contract = z.infer<typeof contractShape>;

/** The text of the file. Its order is stable, so that a diff shows only what changed. */
export function printContract(contract: Contract): string {
  return `${JSON.stringify(contract, null, 2)}\n`;
}

/** Throws for text that is not a contract. */
export function readContract(text: string, where: string): Contract {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // The error below covers this case: the file is written anew and never corrected by hand.
  }
  const parsed = contractShape.safeParse(content);
  if (!parsed.success)
    throw new Error(`${where} is not a contract; write it anew with: npm run contract:record`);
  return parsed.data;
}
