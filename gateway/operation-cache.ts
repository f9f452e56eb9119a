// Forms of operations that are kept because clients send the same few again and again: plain words, compiled plans, texts as
// they are sent. What an adversary makes up only pushes others out: of each form there are so many, and so much of it together.
import { type ASTNode, visit } from 'graphql';
import { LRUCache } from 'lru-cache';

const mostOperations = 1_000;

/**
 * Characters of text, with the texts of fetches: what is kept of a plan is 10 to 20 times as many bytes. Names and literals may
 * be long, fragments may say much in few words: the one is seen in keys, the other in what is made of them.
 */
const mostCharacters = 2_000_000;

/** `sizeOf` a value, in characters, beside its key. */
export function createOperationCache<Value extends object | string>(
  sizeOf: (value: Value) => number,
): LRUCache<string, Value> {
  return new LRUCache<string, Value>({
    max: mostOperations,
    maxSize: mostCharacters,
    sizeCalculation: (value, key) => key.length + sizeOf(value) + 1,
  });
}

/** A node of a document takes about as much memory as a text of this length takes with what is made of it. */
const charactersOfNode = 20;

export function sizeOfDocument(document: ASTNode): number {
  let size = 0;
  visit(document, {
    enter: (node) => {
      size += charactersOfNode;
      if ('value' in node && typeof node.value === 'string') size += node.value.length;
    },
  });
  return size;
}
