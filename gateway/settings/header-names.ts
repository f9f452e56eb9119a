// FORWARD_HEADERS: which of a client's headers an operator may name. Headers that belong to one connection, headers that the
// gateway writes itself, and headers that other servers take for proof of identity cannot be named.
import { z } from 'zod';

/** RFC 9110: they speak of one connection, and a proxy must not pass them on. */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** The gateway's request is another one than the client's, and says so itself. */
const ownHeaders = [
  'accept',
  'accept-encoding',
  'client-address',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'request-timeout-ms',
  'traceparent',
];

/** Proxies vouch with them for whom they let in; from a client they prove nothing. */
const identity =
  /^(forwarded|x-forwarded(-.*)?|x-real-ip|true-client-ip|cf-connecting-ip|x-client-(ip|cert|dn)|(x-)?(remote|auth(enticated)?)-(user|email|groups?|roles?|id|request-.*)|x-(user|account|viewer|identity|roles?|groups?|principal|subject)(-.*)?|(x-)?(ssl|tls)-client(-.*)?|client-cert(-chain)?|x-goog-(authenticated|iap)-.*|x-amzn-oidc-.*|x-ms-client-principal.*)$/;

/** A list of names, separated by commas; in lower case, each once. */
export const headerNames = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
  .transform((names) => [...new Set(names.filter((name) => name !== ''))])
  .superRefine((names, context) => {
    for (const name of names) {
      const message = problemWith(name);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }
  });

function problemWith(name: string): string | undefined {
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    return `"${name}" is no header name; write names like accept-language`;
  if (hopByHop.includes(name)) return `${name} belongs to one connection and cannot be forwarded; remove it`;
  if (ownHeaders.includes(name)) return `${name} is written by the gateway itself; remove it`;
  if (identity.test(name)) {
    return `${name} would let a client claim to be anybody; remove it, and let subgraphs check authorization`;
  }
  return undefined;
}
