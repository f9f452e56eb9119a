// FORWARD_HEADERS: the client's headers that the gateway passes to foreign subgraphs. The setting refuses headers of one
// connection, headers that the gateway sets itself, and headers that other servers accept as proof of identity.
import { z } from 'zod';

/** RFC 9110: these belong to one connection, and a proxy must not forward them. */
const hopByHopHeaders = [
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

/** The gateway's request to a subgraph is a new one, with its own values for these. */
const gatewayHeaders = [
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

/** A proxy states with these who its user is. From a client they prove nothing. */
const identityHeaders =
  /^(forwarded|x-forwarded(-.*)?|x-real-ip|true-client-ip|cf-connecting-ip|x-client-(ip|cert|dn)|(x-)?(remote|auth(enticated)?)-(user|email|groups?|roles?|id|request-.*)|x-(user|account|viewer|identity|roles?|groups?|principal|subject)(-.*)?|(x-)?(ssl|tls)-client(-.*)?|client-cert(-chain)?|x-goog-(authenticated|iap)-.*|x-amzn-oidc-.*|x-ms-client-principal.*)$/;

/** Names, separated by commas. The value has each name once, in lower case. */
export const headerNames = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
  .transform((names) => [...new Set(names.filter((name) => name !== ''))])
  .superRefine((names, context) => {
    for (const name of names) {
      const message = findProblem(name);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }
  });

function findProblem(name: string): string | undefined {
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name))
    return `"${name}" is not a header name; write names like accept-language`;
  if (hopByHopHeaders.includes(name))
    return `${name} belongs to one connection and cannot be forwarded; remove it`;
  if (gatewayHeaders.includes(name)) return `${name} is set by the gateway itself; remove it`;
  if (identityHeaders.test(name)) {
    return `${name} would let a client claim any identity; remove it, and let subgraphs check authorization`;
  }
  return undefined;
}
