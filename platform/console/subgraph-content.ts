// What GraphiQL shows at a subgraph that is served alone.
import type { ConsoleContent } from './content.ts';

export function buildConsoleContent(name: string): ConsoleContent {
  const query = `# This subgraph answers signed callers only.
# Its terminal has printed identities: copy one
# into Headers below, as
#   { "authorization": "Bearer …" }
# and fetch the schema with the arrows on the left.
query First {
  __typename
}
`;
  return { name, tabs: [query] };
}
