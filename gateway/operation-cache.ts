// Bounded caches for forms of operations (normalized, compiled, as text for a subgraph), since clients send the same few
// operations again and again. Each cache is bounded by count and by size, so that operations an attacker makes up only evict
// others.
import { type ASTNode, visit } from 'graphql';
import { LRUCache } from 'lru-cache';

const maxOperations = 1_000;

/**
 * The characters of all keys and values of a cache. A compiled plan takes 10 to 20 times as many bytes as its text has
 * characters. Long names and literals show in the size of a key; short fragments that expand to much, in the size of a value.
 */
export const maxCharacters = 2_000_000;

/** `getSize` is the size of a value in characters, without its key. */
export function createOperationCache<Value extends object | string>(
  getSize: (value: Value) => number,
): LRUCache<string, Value> {
  return new LRUCache<string, Value>({
    max: maxOperations,
    maxSize: maxCharacters,
    sizeCalculation: (value, key) => key.length + getSize(value) + 1,
  });
}

/** A node of a document takes about as much memory as a text of this length with its compiled form. */
const charactersPerNode = 20;

/** In characters, for `createOperationCache`. */
export function measureDocument(document: ASTNode): number {
  let size = 0;
  visit(document, {
    enter: (node) => {
      size += charactersPerNode;
      if ('value' in node && typeof node.value === 'string') size += node.value.length;
    },
  });
  return size;
}
