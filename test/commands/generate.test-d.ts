// A test of types: `npm run types` compiles this file. What the generator makes of an ID is the id's own type where a
// subgraph answers it, and the unparsed text of that id where a caller sends it. Nothing here runs.
import type {
  AccountId,
  IdempotencyKey,
  PaymentId,
  ProductId,
  PurchaseId,
  SessionId,
  SessionToken,
  Unparsed,
} from '../../platform/values/ids.ts';
import type * as accounts from '../../subgraphs/accounts/resolvers.generated.ts';
import type * as payments from '../../subgraphs/payments/resolvers.generated.ts';
import type * as products from '../../subgraphs/products/resolvers.generated.ts';
import type * as purchases from '../../subgraphs/purchases/resolvers.generated.ts';

type Expect<Claim extends true> = Claim;
type Same<Left, Right> = [Left, Right] extends [Right, Left] ? true : false;

export type Claims = [
  // The key of an entity, and an argument of a field that answers the entity.
  Expect<Same<accounts.Account['id'], AccountId>>,
  Expect<Same<products.QueryProductArgs['id'], Unparsed<ProductId>>>,
  // A field, an argument or an input field named after the id.
  Expect<Same<products.ReservedLine['productId'], ProductId>>,
  Expect<Same<products.MutationCommitStockArgs['purchaseId'], Unparsed<PurchaseId>>>,
  Expect<Same<purchases.PurchaseLineInput['productId'], Unparsed<ProductId>>>,
  Expect<Same<purchases.PurchaseInput['idempotencyKey'], Unparsed<IdempotencyKey>>>,
  // What the table of the generator names.
  Expect<Same<accounts.CreatedSession['token'], SessionToken>>,
  Expect<Same<accounts.MutationRevokeSessionArgs['id'], Unparsed<SessionId>>>,
  Expect<Same<payments.CreatePaymentInput['id'], Unparsed<PaymentId>>>,
  // An entity of another subgraph is a stub with its key; the key of a reference is unchecked.
  Expect<Same<payments.ResolversParentTypes['Purchase'], { id: PurchaseId }>>,
  Expect<
    Same<
      Parameters<NonNullable<products.ProductResolvers['__resolveReference']>>[0]['id'],
      Unparsed<ProductId>
    >
  >,
];

declare const resolvers: {
  buyer: NonNullable<purchases.PurchaseResolvers['buyer']>;
  payment: NonNullable<purchases.PurchaseResolvers['payment']>;
};

/** Never called. */
export function mistakes(): void {
  resolvers.buyer = ({ account_id }) => ({ id: account_id });
  // @ts-expect-error the buyer is not named by the purchase's id
  resolvers.buyer = ({ id }) => ({ id });
  resolvers.payment = ({ payment_id }) => ({ id: payment_id });
  // @ts-expect-error the payment is not named by the buyer's id
  resolvers.payment = ({ account_id }) => ({ id: account_id });
  // @ts-expect-error nor by any text
  resolvers.payment = () => ({ id: 'a payment' });
}
