// One fetch of an operation's plan, as a subgraph gets it.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { OperationTypeNode } from 'graphql';
import type { Condition } from './conditions.ts';

export interface PlannedFetch {
  subgraph: string;
  kind: OperationTypeNode;
  /** Byte for byte what is sent. */
  text: string;
  operationName: string | undefined;
  /** What each representation holds; undefined for a fetch of root fields. */
  requires: readonly QueryPlanSelectionNode[] | undefined;
  /** The client's variables that are sent along; `representations` comes on top where something is required. */
  variables: readonly string[];
  /** Fetched when one of these holds; always where there is none. */
  conditions: readonly Condition[];
  /** Where in the answer the entities stand; "@" is every item of a list. */
  path: readonly string[];
}
