// Keeps each digit of the numbers that clients write into an operation for custom scalars: `order(id: 9007199254740993)`. Apollo's
// planner reads literals into JavaScript numbers and writes these into its fetches. So it gets such a literal as marked text, and
// each fetch gets its number back before it is sent.
import { randomUUID } from 'node:crypto';
import {
  type DocumentNode,
  type FloatValueNode,
  type GraphQLSchema,
  getNamedType,
  type IntValueNode,
  isLeafType,
  isSpecifiedScalarType,
  Kind,
  type StringValueNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Execute } from '../../platform/calls/call.ts';
import { isWrittenAs } from '../../platform/values/exact-number.ts';

/** No client can know it, so that no text of a client is taken for a number. */
const mark = `number-${randomUUID()}:`;
const markedText = new RegExp(`"${mark}([^"]*)"`, 'g');

/** The document itself when every literal of a custom scalar keeps its digits. */
export function markExactLiterals(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  if (!hasInexactNumber(document)) return document;
  const types = new TypeInfo(schema);
  const replace = (node: IntValueNode | FloatValueNode): StringValueNode | undefined => {
    // Inside the object of a custom scalar a literal has no type.
    const type = types.getInputType();
    const named = type && getNamedType(type);
    const isCustom = !named || (isLeafType(named) && !isSpecifiedScalarType(named));
    return isCustom && isInexact(node) ? { kind: Kind.STRING, value: `${mark}${node.value}` } : undefined;
  };
  return visit(document, visitWithTypeInfo(types, { IntValue: replace, FloatValue: replace }));
}

function hasInexactNumber(document: DocumentNode): boolean {
  let isFound = false;
  const check = (node: IntValueNode | FloatValueNode) => {
    isFound ||= isInexact(node);
  };
  visit(document, { IntValue: check, FloatValue: check });
  return isFound;
}

function isInexact({ value }: IntValueNode | FloatValueNode): boolean {
  return !isWrittenAs(Number(value), value);
}

/** Wraps the client of a subgraph. */
export function restoreExactLiterals(execute: Execute): Execute {
  return (operation, call) =>
    operation.query.includes(mark)
      ? execute({ ...operation, query: operation.query.replace(markedText, '$1') }, call)
      : execute(operation, call);
}
