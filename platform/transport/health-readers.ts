// Who reads the details of the health of a subgraph, and what a caller that is refused learns of it.
import { createOperatorCheck, parseBearerToken } from '../http/operator.ts';
import { isForAnotherAudience, type Verify } from '../identity/signed-identity.ts';

export interface HealthReaders {
  isOperator: (authorization: string) => Promise<boolean>;
  describeRefusal: (authorization: string) => Promise<Readonly<Record<string, unknown>>>;
}

/**
 * The details are for the operator, and for the services that the subgraph `name` trusts. A trusted service that wanted another
 * subgraph learns which one its URL leads to, and nobody else does.
 */
export function createHealthReaders(
  name: string,
  verify: Verify,
  operatorToken: string | undefined,
): HealthReaders {
  const isOperator = createOperatorCheck(operatorToken);
  const verifyHeader = async (authorization: string) => verify(parseBearerToken(authorization) ?? '');
  return {
    isOperator: async (authorization) => {
      if (await isOperator(authorization)) return true;
      const viewer = await verifyHeader(authorization).catch(() => undefined);
      return viewer?.kind === 'service';
    },
    describeRefusal: (authorization) =>
      verifyHeader(authorization).then(
        () => ({}),
        (failure: unknown) => (isForAnotherAudience(failure) ? { service: name } : {}),
      ),
  };
}
