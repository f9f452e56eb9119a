// The ids of the graph, each a type of its own, so that the compiler refuses an AccountId where a ProductId belongs. This
// file alone makes an id of a text: a new one (`new…`), one that came from outside (`is…`, a check), one whose source
// vouches for it (`as…`, no check). At run time every id is the plain string it always was.
import { isUuid, newId } from './uuid.ts';

declare const brand: unique symbol;

/** Exists for the compiler only: no string has such a property. */
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A person who can sign in. The subgraph accounts owns it. */
export type AccountId = Branded<'AccountId'>;
/** A sign-in on one device, as its account sees it. The subgraph accounts owns it. */
export type SessionId = Branded<'SessionId'>;
/** The secret that a client sends to be signed in; it names no row. The subgraph accounts owns it. */
export type SessionToken = Branded<'SessionToken'>;
/** A product of the catalogue. The subgraph products owns it. */
export type ProductId = Branded<'ProductId'>;
/** A purchase; a reservation of stock has no other id than its purchase. The subgraph purchases owns it. */
export type PurchaseId = Branded<'PurchaseId'>;
/** A payment, also its reference at the provider. The subgraph payments owns it; purchases makes it, before it asks. */
export type PaymentId = Branded<'PaymentId'>;
/** A refund of a payment, also its reference at the provider. The subgraph payments owns it. */
export type RefundId = Branded<'RefundId'>;
/** A text that a client chooses, the same for each repeat of one request. The subgraph that takes it checks it. */
export type IdempotencyKey = Branded<'IdempotencyKey'>;

/** A text that may turn out to be an id of this kind, and of no other. */
type IdText<Id extends Branded<string>> = string & { readonly [brand]?: Id[typeof brand] };

/**
 * The text that stands where an id of this kind belongs, before anything has checked it: an argument, an input field, a key
 * of a representation. Any plain string is one; an id of another kind is none.
 */
export type Unparsed<Id extends string> = Id extends Branded<string> ? IdText<Id> : string;

/** A representation as a resolver gets it: its keys come from a caller, and nothing has checked them. */
export type UnparsedKeys<Representation> = {
  [Key in keyof Representation]: Representation[Key] extends Branded<string>
    ? Unparsed<Representation[Key]>
    : Representation[Key];
};

type IdCheck<Id extends Branded<string>> = (text: IdText<Id>) => text is Id;
type IdCast<Id extends Branded<string>> = (text: IdText<Id>) => Id;

export const newAccountId = newId as () => AccountId;
export const newSessionId = newId as () => SessionId;
export const newProductId = newId as () => ProductId;
export const newPurchaseId = newId as () => PurchaseId;
export const newPaymentId = newId as () => PaymentId;
export const newRefundId = newId as () => RefundId;

// Each is true for a UUID, also where a caller without types hands over something that is no string.
export const isAccountId = isUuid as IdCheck<AccountId>;
export const isSessionId = isUuid as IdCheck<SessionId>;
export const isProductId = isUuid as IdCheck<ProductId>;
export const isPurchaseId = isUuid as IdCheck<PurchaseId>;
export const isPaymentId = isUuid as IdCheck<PaymentId>;

const castText = (text: string): string => text;

export const asAccountId = castText as IdCast<AccountId>;
export const asSessionId = castText as IdCast<SessionId>;
export const asSessionToken = castText as IdCast<SessionToken>;
export const asPurchaseId = castText as IdCast<PurchaseId>;
export const asPaymentId = castText as IdCast<PaymentId>;
export const asIdempotencyKey = castText as IdCast<IdempotencyKey>;

/** The id as PostgreSQL writes it: two texts of one id differ at most in letter case. */
export function canonicalId<Id extends string>(id: Id): Id {
  return id.toLowerCase() as Id;
}

/** The canonical id that a text stands for; null when it is no UUID, or no string at all. */
export function parseId<Id extends string>(text: Unparsed<Id>): Id | null {
  return isUuid(text) ? canonicalId(text as string as Id) : null;
}
