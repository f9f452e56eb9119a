// A contract: everything that registered operations ask of one subgraph through the gateway's plans. Written by
// `npm run contracts`, committed, and replayed against the subgraph alone by `npm run contract -- <name>`.

/** One fetch of a plan, as it goes over the wire. */
export interface Interaction {
  /** Its operation name in the text: <operation>__<subgraph>__<number>. */
  name: string;
  kind: 'query' | 'mutation';
  /** Byte for byte what the gateway sends. */
  text: string;
  /** What every representation holds, as a selection set; null for a fetch of root fields. */
  requires: string | null;
  /** The variables that are sent along, with the sample values of the operation; null where it has none. */
  variables: Readonly<Record<string, unknown>>;
  /** Fetched only when all of these hold. */
  conditions: readonly Condition[];
  /** The registered operations whose plans hold it. */
  operations: readonly string[];
}

export interface Condition {
  variable: string;
  is: boolean;
}

export interface Contract {
  subgraph: string;
  interactions: readonly Interaction[];
}

/** The file's text: stable, so that a diff shows what changed and nothing else. */
export function contractText(contract: Contract): string {
  return `${JSON.stringify(contract, null, 2)}\n`;
}

/** Throws for text that is no contract. */
export function readContract(text: string, where: string): Contract {
  const contract: Partial<Contract> | null = JSON.parse(text);
  if (typeof contract?.subgraph !== 'string' || !Array.isArray(contract.interactions))
    throw new Error(`${where} is no contract; write it anew with: npm run contracts`);
  return contract as Contract;
}
