// Says in the description of each field who may use it. Clients see descriptions by introspection, and no directive of ours.
import { type DocumentNode, Kind, type StringValueNode, visit } from 'graphql';
import { readRules } from './requires-auth.ts';

/** The document with one sentence more in the description of each field that has @auth. */
export function describeAuth(typeDefs: DocumentNode): DocumentNode {
  return visit(typeDefs, {
    FieldDefinition: (field) => {
      const allowed = readRules(field);
      if (allowed === undefined) return undefined;
      return { ...field, description: addParagraph(field.description, describeCallers(allowed)) };
    },
  });
}

function describeCallers(allowed: readonly string[]): string {
  return `Who may use it: ${allowed.map(describeCaller).join(', or ')}.`;
}

/** The kinds of callers that @auth knows: see platform/subgraph/auth.ts. */
function describeCaller(rule: string): string {
  if (rule === 'account') return 'any signed-in account';
  if (rule === 'staff') return 'accounts with the role STAFF';
  return rule.startsWith('service:') ? `the service ${rule.slice('service:'.length)}` : rule;
}

function addParagraph(description: StringValueNode | undefined, paragraph: string): StringValueNode {
  const value = [description?.value.trimEnd() ?? '', paragraph].filter((text) => text !== '').join('\n\n');
  return { kind: Kind.STRING, value, block: true };
}
