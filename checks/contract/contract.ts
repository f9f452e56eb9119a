// A contract: everything that registered operations ask of one subgraph through the gateway's plans. Written by
// `npm run contract:record`, committed, and replayed against the subgraph alone by `npm run contract:verify -- <name>`.
import { z } from 'zod';

/** One fetch of a plan, as it goes over the wire. */
const interactionShape = z.strictObject({
  /** Its operation name in the text: <operation>__<subgraph>__<number>. */
  name: z.string(),
  kind: z.enum(['query', 'mutation']),
  /** Byte for byte what the gateway sends. */
  text: z.string(),
  /** What every representation holds, as a selection set; null for a fetch of root fields. */
  requires: z.string().nullable(),
  /** The variables that are sent along, with the sample values of the operation; those without one are not sent. */
  variables: z.record(z.string(), z.unknown()).readonly(),
  /** Sent when the variables of the operation have one of these sets of values; always where there is none. */
  conditions: z.array(z.record(z.string(), z.boolean())).readonly(),
  /** The registered operations whose plans hold it. */
  operations: z.array(z.string()).readonly(),
});

const contractShape = z.strictObject({
  subgraph: z.string(),
  interactions: z.array(interactionShape).readonly(),
});

export type Interaction = z.infer<typeof interactionShape>;
export type Contract = z.infer<typeof contractShape>;

/** The file's text: stable, so that a diff shows what changed and nothing else. */
export function contractText(contract: Contract): string {
  return `${JSON.stringify(contract, null, 2)}\n`;
}

/** Throws for text that is no contract. */
export function readContract(text: string, where: string): Contract {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    // Whatever is wrong with it, it is not to be corrected by hand.
  }
  const parsed = contractShape.safeParse(content);
  if (!parsed.success)
    throw new Error(`${where} is no contract; write it anew with: npm run contract:record`);
  return parsed.data;
}
