// One fetch of an operation's plan, as the subgraph receives it.
import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { OperationTypeNode } from 'graphql';
import type { Condition } from './conditions.ts';

export interface PlannedFetch {
  subgraph: string;
  kind: OperationTypeNode;
  /** The text that the gateway sends, byte for byte. */
  text: string;
  operationName: string | undefined;
  /** The fields of each representation; undefined for a fetch of root fields. */
  requires: readonly QueryPlanSelectionNode[] | undefined;
  /** The client's variables that the fetch uses, without `representations`. */
  variables: readonly string[];
  /** The fetch is sent when one of these conditions holds, and always when the list is empty. */
  conditions: readonly Condition[];
  /** The path of the entities in the response; "@" stands for every item of a list. */
  path: readonly string[];
}
