// Validates an operation as graphql-js does. In production no message suggests anything: graphql-js leaves out the names that it finds in
// the schema, but one of its rules writes its suggestion into a fixed text.
import { type DocumentNode, GraphQLError, type GraphQLSchema, type ValidationRule, validate } from 'graphql';

export interface ValidateOptions {
  /** Undefined means the rules of the specification. */
  rules?: readonly ValidationRule[];
  hideSuggestions: boolean;
}

/** The errors of a document that may not run; none when it may. */
export function validateDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  { rules, hideSuggestions }: ValidateOptions,
): readonly GraphQLError[] {
  const errors = validate(schema, document, rules, { hideSuggestions });
  return hideSuggestions ? errors.map(removeSuggestion) : errors;
}

/** A suggestion is the last sentence of a message. */
const suggestion = / Did you mean .*\?$/s;

function removeSuggestion(error: GraphQLError): GraphQLError {
  if (!suggestion.test(error.message)) return error;
  const { nodes = null, source = null, positions = null } = error;
  return new GraphQLError(error.message.replace(suggestion, ''), { nodes, source, positions });
}
