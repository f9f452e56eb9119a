// A test of types: `npm run types` compiles this file, and fails where one of its lines compiles that must not.
// Nothing here runs.
import type {
  AccountId,
  IdempotencyKey,
  PaymentId,
  ProductId,
  PurchaseId,
  RefundId,
  SessionId,
  SessionToken,
  Unparsed,
} from '../../../platform/values/ids.ts';
import { asPaymentId, canonicalId, isProductId, newAccountId } from '../../../platform/values/ids.ts';

interface Ids {
  AccountId: AccountId;
  SessionId: SessionId;
  SessionToken: SessionToken;
  ProductId: ProductId;
  PurchaseId: PurchaseId;
  PaymentId: PaymentId;
  RefundId: RefundId;
  IdempotencyKey: IdempotencyKey;
}

type Expect<Claim extends true> = Claim;
type IsNever<Type> = [Type] extends [never] ? true : false;

/** Names each pair of ids of which one is assignable to the other, checked or not. It compares both ways, since every name is on both sides. */
type Mixed = {
  [From in keyof Ids]: {
    [To in Exclude<keyof Ids, From>]: Ids[From] extends Ids[To] | Unparsed<Ids[To]>
      ? `${From} passes for ${To}`
      : Unparsed<Ids[From]> extends Ids[To] | Unparsed<Ids[To]>
        ? `an unparsed ${From} passes for ${To}`
        : never;
  }[Exclude<keyof Ids, From>];
}[keyof Ids];

/** Names each id that a plain or an unparsed text passes for. */
type Unchecked = {
  [Name in keyof Ids]: string extends Ids[Name]
    ? `a string passes for ${Name}`
    : Unparsed<Ids[Name]> extends Ids[Name]
      ? `an unparsed text passes for ${Name}`
      : never;
}[keyof Ids];

export type Claims = [
  Expect<IsNever<Mixed>>,
  Expect<IsNever<Unchecked>>,
  // The claims can fail: what does pass is named.
  Expect<AccountId extends Unparsed<AccountId> ? true : false>,
  Expect<string extends Unparsed<AccountId> ? true : false>,
  Expect<AccountId extends string ? true : false>,
];

declare const accountId: AccountId;
declare const productId: ProductId;
declare const purchaseId: PurchaseId;
declare const paymentId: PaymentId;
declare const sessionToken: SessionToken;
declare const idempotencyKey: IdempotencyKey;
declare const text: string;
declare const sent: Unparsed<ProductId>;
declare function readProduct(id: ProductId): void;
declare function readPurchase(id: PurchaseId): void;
declare function readPayment(id: PaymentId): void;
declare function signIn(token: SessionToken): void;
declare function repeat(key: IdempotencyKey): void;
declare function print(line: string): void;

/** Never called. */
export function mistakes(): void {
  readProduct(productId);
  // @ts-expect-error a purchase is no product
  readProduct(purchaseId);
  // @ts-expect-error a product is no purchase
  readPurchase(productId);
  // @ts-expect-error an account is no product
  readProduct(accountId);
  // @ts-expect-error a purchase is no payment
  readPayment(purchaseId);
  // @ts-expect-error a payment is no purchase
  readPurchase(paymentId);
  // @ts-expect-error an idempotency key is no session token
  signIn(idempotencyKey);
  // @ts-expect-error a session token is no idempotency key
  repeat(sessionToken);
  // @ts-expect-error a plain string is no id
  readProduct(text);
  // @ts-expect-error what a client sent is no id before it is checked
  readProduct(sent);
  // @ts-expect-error a new account is no product
  readProduct(newAccountId());
  // @ts-expect-error the check of a product id is not asked about a purchase
  isProductId(purchaseId);
  // @ts-expect-error the id of a purchase needs a check before it is a payment
  asPaymentId(purchaseId);
  // @ts-expect-error a purchase stays one in its canonical form
  readProduct(canonicalId(purchaseId));
  // @ts-expect-error an id after a change of its text is a plain string
  readProduct(productId.toLowerCase());

  if (isProductId(sent)) readProduct(sent);
  if (isProductId(text)) readProduct(text);
  readPayment(asPaymentId(text));
  readProduct(canonicalId(productId));
  print(productId);
}
