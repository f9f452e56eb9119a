// What the page of GraphiQL shows first: operations in tabs, and which values of an answer the next operations need.

export interface ConsoleContent {
  /** The name of what answers, as the page shows it. Browsers keep the tabs of each name apart. */
  name: string;
  /** At least one. The page opens on the first. */
  tabs: readonly string[];
  /** Values that the page takes from answers. Operations and variables use one as "{{name}}". */
  remember?: readonly RememberedValue[];
}

export interface RememberedValue {
  /** `token` is sent as the header Authorization, unless the tab has one of its own. */
  name: string;
  /** The place in the data of an answer: "createSession.token". */
  path: string;
  /** The name of the operation whose answer has it. */
  from: string;
}

/** For a graph of which nothing is known: an operation that each GraphQL server answers. */
export const defaultContent: ConsoleContent = {
  name: 'Graph',
  tabs: [
    `# Ctrl-Enter runs this operation.
# Ctrl-Space completes it.
# The book on the left opens the schema.
query First {
  __typename
}
`,
  ],
};

/** The origin of Apollo Sandbox, which may read the answers of a graph that its developers explore. */
export const sandboxOrigin = 'https://studio.apollographql.com';
