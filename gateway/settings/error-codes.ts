// FORWARD_ERRORS: the error codes whose messages the gateway passes from a foreign subgraph to clients.
import { z } from 'zod';

/** Codes, separated by commas. */
export const errorCodes = z
  .string()
  .transform((text) => text.split(',').map((code) => code.trim()))
  .transform((codes) => [...new Set(codes.filter((code) => code !== ''))])
  .refine((codes) => codes.every((code) => /^[A-Za-z0-9_]{1,100}$/.test(code)), {
    error: 'is not a list of codes; write codes like OUT_OF_STOCK, separated by commas',
  });
