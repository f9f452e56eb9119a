// What a limit refuses, for tests of the functions that throw refusals.
import { GraphQLError } from 'graphql';

/** The code and the message of the refusal that the function throws; undefined when it throws nothing. */
export function catchRefusal(run: () => unknown): { code: unknown; message: string } | undefined {
  try {
    run();
    return undefined;
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause;
    expectClientError(cause);
    return { code: cause.extensions.code, message: cause.message };
  }
}

function expectClientError({ extensions }: GraphQLError): void {
  const { status } = (extensions.http ?? {}) as { status?: unknown };
  if (status !== 400) throw new Error(`a refusal with the status ${status}`);
}
