// Gives the remedy for a composition error, by its code (Federation 2 error codes).
const remedies: Readonly<Record<string, string>> = {
  INVALID_GRAPHQL: 'Correct the SDL there.',
  INVALID_FIELD_SHARING:
    'Mark the field @shareable in every subgraph that resolves it, or leave it to one of them.',
  SATISFIABILITY_ERROR:
    'Give the type a @key that the owning subgraph can resolve, or let the subgraph that returns it resolve the field.',
  FIELD_TYPE_MISMATCH: 'Give the field one type in all subgraphs.',
  FIELD_ARGUMENT_TYPE_MISMATCH: 'Give the argument one type in all subgraphs.',
  ENUM_VALUE_MISMATCH: 'Declare the same enum values in all subgraphs, or mark the odd one @inaccessible.',
  EMPTY_MERGED_ENUM_TYPE: 'Declare at least one common enum value in all subgraphs.',
  KEY_INVALID_FIELDS: 'Name fields in @key(fields:) that the type has.',
  KEY_FIELDS_HAS_ARGS: 'Use only fields without arguments in @key(fields:).',
  KEY_FIELDS_SELECT_INVALID_TYPE: 'Use only scalar, enum or object fields in @key(fields:).',
  EXTERNAL_MISSING_ON_BASE: 'Remove @external, or define the field in the subgraph that owns it.',
  EXTERNAL_UNUSED: 'Remove the @external field, or use it in @key, @requires or @provides.',
  EXTERNAL_TYPE_MISMATCH: 'Give the @external field the type that its owner gives it.',
  REQUIRES_INVALID_FIELDS: 'Name @external fields of the same type in @requires(fields:).',
  PROVIDES_INVALID_FIELDS: 'Name @external fields of the returned type in @provides(fields:).',
  NO_QUERIES: 'Define a Query field in at least one subgraph.',
  TYPE_KIND_MISMATCH: 'Define the type with one kind (type, interface, input …) in all subgraphs.',
  REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH: 'Add the input field to all subgraphs, or make it nullable.',
  REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH: 'Add the argument to all subgraphs, or make it nullable.',
  OVERRIDE_FROM_SELF_ERROR: 'Name the other subgraph in @override(from:).',
  INVALID_LINK_DIRECTIVE_USAGE: 'Correct the @link: it needs a url and imports that exist in that version.',
  UNKNOWN_FEDERATION_LINK_VERSION: 'Link a federation version that this gateway knows: 2.9 or older.',
  MISSING_TRANSITIVE_AUTH_REQUIREMENTS:
    'Give the field an @auth that opens it to no one else, or leave the protected field out of what it requires.',
  AUTH_RENAMED: 'Import "@auth" without another name.',
  DIRECTIVE_COMPOSITION_ERROR:
    'Declare the directive alike, and with @composeDirective, in all subgraphs that use it.',
};

export function getRemedy(code: string): string {
  return (
    remedies[code] ??
    `Look up ${code || 'the message'} among the Federation 2 error codes and change the SDL there.`
  );
}
