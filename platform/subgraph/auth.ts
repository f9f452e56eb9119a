// Enforces `@auth(allow: [...])` in the subgraph itself, so that no caller avoids it: the gateway, a peer, or a client that found the
// URL. The gateway composes the directive (@composeDirective) but does not rely on it. Ownership ("your purchase") depends on the
// row, so resolvers check it: see maySee in identity/viewer.ts.
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { type AuditContext, auditMutation } from '../calls/audit.ts';
import { isStaff, refuseUnknown, type Viewer } from '../identity/viewer.ts';
import { platformCodes, Refusal } from '../values/refusal.ts';

/** account: any signed-in account. staff: an account with that role. service:<name>: only that service. */
const rulePattern = /^(account|staff|service:[a-z][a-z0-9_]*)$/;

/**
 * Wraps the resolver of every field with @auth, and has each mutation that staff may run write an audit line. Throws at the start when a
 * rule is misspelt.
 */
export function enforceAuth(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const allow = getRules(field, `${type.name}.${field.name}`);
      if (allow === undefined) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      const guarded: GraphQLFieldResolver<unknown, AuditContext> = (source, args, context, info) => {
        refuseUnlessAllowed(allow, context.viewer);
        return resolve(source, args, context, info);
      };
      const isAudited = type === schema.getMutationType() && allow.includes('staff');
      field.resolve = isAudited ? auditMutation(field, guarded) : guarded;
    }
  }
}

function getRules(field: GraphQLField<unknown, unknown>, where: string): readonly string[] | undefined {
  const directive = field.astNode?.directives?.find(({ name }) => name.value === 'auth');
  if (directive === undefined) return undefined;
  const argument = directive.arguments?.find(({ name }) => name.value === 'allow');
  const value = argument === undefined ? undefined : valueFromASTUntyped(argument.value);
  const allow = Array.isArray(value) ? value : [value];
  for (const entry of allow) {
    if (typeof entry !== 'string' || !rulePattern.test(entry)) {
      throw new Error(
        `${where}: @auth(allow:) takes "account", "staff" or "service:<name>", not ${JSON.stringify(entry)}`,
      );
    }
  }
  return allow;
}

function refuseUnlessAllowed(allow: readonly string[], viewer: Viewer): void {
  if (allow.some((entry) => matchesRule(entry, viewer))) return;
  refuseUnknown(viewer);
  if (viewer.kind === 'anonymous') {
    throw new Refusal('UNAUTHENTICATED', platformCodes.UNAUTHENTICATED);
  }
  throw new Refusal('FORBIDDEN', platformCodes.FORBIDDEN);
}

function matchesRule(entry: string, viewer: Viewer): boolean {
  if (entry === 'account') return viewer.kind === 'account';
  if (entry === 'staff') return isStaff(viewer);
  return viewer.kind === 'service' && entry === `service:${viewer.name}`;
}
