// The ids of the graph. Each kind is a type of its own, so that the compiler refuses an AccountId where a ProductId belongs.
// Only this file turns a text into an id: `new…` creates one, `is…` checks a text from outside, and `as…` takes a text from a
// source that vouches for it, without a check. At run time every id is a plain string. An id that one subgraph alone knows is in
// that subgraph's ids.ts.
import { badInput } from './refusal.ts';
import { isUuid, newId } from './uuid.ts';

declare const brand: unique symbol;

/** A kind of id. The property exists for the compiler only; no string has it at run time. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A person who can sign in. The subgraph accounts owns it. */
export type AccountId = Branded<'AccountId'>;
/** A sign-in on one device, as its account sees it. The subgraph accounts owns it. */
export type SessionId = Branded<'SessionId'>;
/** The secret with which a client proves its session; it is no key of a table. The subgraph accounts owns it. */
export type SessionToken = Branded<'SessionToken'>;
/** A product of the catalogue. The subgraph products owns it. */
export type ProductId = Branded<'ProductId'>;
/** A purchase; a reservation of stock has no other id than its purchase. The subgraph purchases owns it. */
export type PurchaseId = Branded<'PurchaseId'>;
/** A payment, also its reference at the provider. The subgraph payments owns it; purchases creates it before it calls payments. */
export type PaymentId = Branded<'PaymentId'>;
/** A refund of a payment, also its reference at the provider. The subgraph payments owns it. */
export type RefundId = Branded<'RefundId'>;
/** A dispute of a payment. The subgraph payments owns it. */
export type DisputeId = Branded<'DisputeId'>;
/** A text that a client chooses, the same for each repetition of one request. */
export type IdempotencyKey = Branded<'IdempotencyKey'>;

/** A text that may be an id of this kind, but of no other kind. */
type IdText<Id extends Branded<string>> = string & { readonly [brand]?: Id[typeof brand] };

/**
 * A text in the place of an id of this kind, before a check: an argument, an input field, a key of a representation. Any plain
 * string is accepted; an id of another kind is not.
 */
export type Unparsed<Id extends string> = Id extends Branded<string> ? IdText<Id> : string;

/** A representation as a resolver gets it: its keys come from a caller, and are not checked yet. */
export type UnparsedKeys<Representation> = {
  [Key in keyof Representation]: Representation[Key] extends Branded<string>
    ? Unparsed<Representation[Key]>
    : Representation[Key];
};

type IdCheck<Id extends Branded<string>> = (text: IdText<Id>) => text is Id;
type IdCast<Id extends Branded<string>> = (text: IdText<Id>) => Id;

/** Creates an id of a kind that one subgraph alone knows. */
export const createId = newId as <Id extends Branded<string>>() => Id;
export const newAccountId = newId as () => AccountId;
export const newSessionId = newId as () => SessionId;
export const newProductId = newId as () => ProductId;
export const newPurchaseId = newId as () => PurchaseId;
export const newPaymentId = newId as () => PaymentId;
export const newRefundId = newId as () => RefundId;
export const newDisputeId = newId as () => DisputeId;

// Each of these checks is true for a UUID only. A caller without types may pass a value that is no string.
export const isAccountId = isUuid as IdCheck<AccountId>;
export const isSessionId = isUuid as IdCheck<SessionId>;
export const isProductId = isUuid as IdCheck<ProductId>;
export const isPurchaseId = isUuid as IdCheck<PurchaseId>;
export const isPaymentId = isUuid as IdCheck<PaymentId>;

/** True for 1 to 200 printable ASCII characters, in each subgraph alike. */
export const isIdempotencyKey = ((text: string) =>
  /^[\x20-\x7e]{1,200}$/.test(text)) as IdCheck<IdempotencyKey>;

const castText = (text: string): string => text;

export const asAccountId = castText as IdCast<AccountId>;
export const asSessionId = castText as IdCast<SessionId>;
export const asSessionToken = castText as IdCast<SessionToken>;
export const asPurchaseId = castText as IdCast<PurchaseId>;
export const asPaymentId = castText as IdCast<PaymentId>;

/** The id as PostgreSQL writes it, in lower case. Texts of the same id differ in letter case only. */
export function canonicalId<Id extends string>(id: Id): Id {
  return id.toLowerCase() as Id;
}

/** The canonical id of a text; null when the text is no UUID, or no string at all. */
export function parseId<Id extends string>(text: Unparsed<Id>): Id | null {
  return isUuid(text) ? canonicalId(text as string as Id) : null;
}

/** The canonical id of a text. Throws BAD_USER_INPUT, which names the argument or the key, for a text that is no UUID. */
export function requireId<Id extends string>(argument: string, text: Unparsed<Id>): Id {
  const id = parseId<Id>(text);
  if (id === null) throw badInput(argument, 'must be a UUID');
  return id;
}
