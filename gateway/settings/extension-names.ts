// FORWARD_EXTENSIONS: what a client learns of a refusal beside its code and its message. Anything else in the extensions of a
// subgraph's error may be a stack trace or a query, and stays in the gateway.
import { z } from 'zod';

/**
 * The details of the project's own refusals, without `retryAfter`, which always passes: fetch/subgraph-errors.ts.
 * test/gateway/settings/extension-names.test.ts compares them with the code.
 */
export const ownExtensions = ['argument', 'left', 'limit', 'problems', 'productId'] as const;

/** The gateway sets these itself, or servers use them for internal details. */
const reserved: readonly string[] = [
  'code',
  'exception',
  'http',
  'retryAfter',
  'serviceName',
  'stacktrace',
  'traceId',
];

const declaration = /^(?:[A-Za-z0-9_]{1,100}\.)?([A-Za-z][A-Za-z0-9_]{0,99})$/;

/** Names of extensions, separated by commas; `CODE.name` declares a name for the errors of one code. */
export const extensionNames = z
  .string()
  .transform((text) => text.split(',').map((entry) => entry.trim()))
  .transform((entries) => [...new Set(entries.filter((entry) => entry !== ''))])
  .superRefine((entries, context) => {
    for (const entry of entries) {
      const name = declaration.exec(entry)?.[1];
      if (name === undefined) {
        const message = `"${entry}" is not the name of an extension; write names like productId, or OUT_OF_STOCK.productId`;
        context.addIssue({ code: 'custom', message });
      } else if (reserved.includes(name)) {
        context.addIssue({
          code: 'custom',
          message: `${name} is set by the gateway, or tells internal details; remove it`,
        });
      }
    }
  });
