// Generated from schema.graphql by `npm run generate`. Do not edit.
import type { Own } from './own.ts';
import type { AccountId, DisputeId, IdempotencyKey, PaymentId, PurchaseId, RefundId, Unparsed, UnparsedKeys } from '../../platform/values/ids.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PaymentRow } from './payment.ts';
import type { RefundRow } from './refund.ts';
import type { DisputeRow } from './dispute.ts';
import type { RequestContext } from '../../platform/subgraph/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time: ISO 8601, in UTC, with milliseconds, such as 2026-01-31T09:30:00.000Z. */
  DateTime: { input: Date; output: Date; }
  /** An exact decimal number as text. It has at most 12 digits before the point, and as many after it as its currency has (12.50 EUR, 1250 JPY). */
  Decimal: { input: string; output: string; }
  /** An alphabetic currency code of ISO 4217, such as EUR. */
  Currency: { input: string; output: string; }
  PaymentId: { input: Unparsed<PaymentId>; output: PaymentId; }
  PurchaseId: { input: Unparsed<PurchaseId>; output: PurchaseId; }
  RefundId: { input: Unparsed<RefundId>; output: RefundId; }
  DisputeId: { input: Unparsed<DisputeId>; output: DisputeId; }
  AccountId: { input: Unparsed<AccountId>; output: AccountId; }
  IdempotencyKey: { input: Unparsed<IdempotencyKey>; output: IdempotencyKey; }
};

export type Query = {
  /** One payment, for the account that pays and for staff. Null for all other callers, and when there is no such payment. Refusals: BAD_USER_INPUT (`id` is not a UUID). */
  payment?: Maybe<Payment>;
  /**
   * Compares the ledger with the provider's books. It reads both completely, with one call to the provider and one SQL
   * statement for every 500 payments. Where they differ, it reads both again half a second later.
   */
  ledger?: Maybe<LedgerProof>;
};


export type QueryPaymentArgs = {
  id: Scalars['PaymentId']['input'];
};

export type Mutation = {
  /**
   * For purchases only: holds an amount on a card. It is idempotent for each purchase: a repeat returns the same payment,
   * after it has asked the provider for the result of the earlier attempt.
   *
   * Refusals: PAYMENT_DECLINED (every repeat is refused as well), PAYMENT_TOKEN_INVALID, PAYMENT_TOKEN_MISSING (`token` is
   * null, and no earlier attempt reached the provider), PAYMENT_VOIDED, PAYMENT_HOLD_GONE (an earlier attempt held the
   * amount, and the hold has lapsed), PAYMENT_CONFLICT (the purchase has a payment with another id, account or amount),
   * BAD_USER_INPUT (an id is not a UUID, or the amount is not above zero).
   */
  createPayment?: Maybe<Payment>;
  /**
   * For purchases only: captures the held amount. A repeat returns the captured payment.
   *
   * What the provider captures after the purchase was told so by voidPayment is given back.
   *
   * Refusals: PAYMENT_NOT_FOUND, PAYMENT_HOLD_GONE (the amount is no longer held: the payment is VOIDED, EXPIRED or
   * REVERSED, and every repeat is refused as well), PAYMENT_NOT_CAPTURABLE (the payment is declined or still pending).
   */
  capturePayment?: Maybe<Payment>;
  /**
   * For purchases only: releases the held amount. It cannot be undone. A purchase without a payment gets a hidden row, so that
   * a late createPayment is refused. A declined payment stays DECLINED, a lapsed one EXPIRED. Returns the status of the payment.
   *
   * Refusals: PAYMENT_ALREADY_CAPTURED, PAYMENT_CONFLICT (the id belongs to another purchase), BAD_USER_INPUT (an id is not a
   * UUID).
   */
  voidPayment?: Maybe<PaymentStatus>;
  /**
   * Gives a captured amount back to the card: a part of it, or all that is left. It is idempotent for each payment and key: a
   * repeat returns the same refund, and finishes it after a crash or a time-out of the provider.
   *
   * What the provider has done by itself counts: when it refuses, its refunds and disputes are recorded, and the request is
   * judged again. A refund that was refused has moved no money, so the same key may be tried again.
   *
   * Refusals: PAYMENT_NOT_FOUND, PAYMENT_NOT_REFUNDABLE (the payment was never captured, nothing is left, or the provider
   * refuses), REFUND_TOO_LARGE (more than what is left beside refunds and disputes; `left` is the amount that can still be
   * refunded), IDEMPOTENCY_KEY_INVALID, REFUND_CONFLICT (the key belongs to a refund of another amount), BAD_USER_INPUT (the
   * amount, its currency or the reason is invalid).
   */
  refundPayment?: Maybe<Payment>;
};


export type MutationCreatePaymentArgs = {
  input: CreatePaymentInput;
};


export type MutationCapturePaymentArgs = {
  purchaseId: Scalars['PurchaseId']['input'];
};


export type MutationVoidPaymentArgs = {
  input: VoidPaymentInput;
};


export type MutationRefundPaymentArgs = {
  input: RefundPaymentInput;
};

/** The payment of one purchase. It is visible to the account that pays and to staff, and null for all other callers. */
export type Payment = {
  /** The id of the payment: a UUID. The payment provider knows it as the reference. */
  id: Scalars['PaymentId']['output'];
  /** What has become of the payment. A refund changes it, and a dispute does not: see `disputed`. */
  status: PaymentStatus;
  /** The amount of the payment. Refunds do not change it. */
  amount: Money;
  /** The amount that was refunded so far: the sum of `refunds`. Zero in most payments, and never more than `amount`. */
  refunded: Money;
  /** How much of the captured amount was refunded, whatever the status is: also of a payment that is REVERSED. */
  refundStatus: RefundStatus;
  /** The amount that the provider has taken back from us because of disputes that are open or lost. */
  disputed: Money;
  /** When the payment was created. */
  createdAt: Scalars['DateTime']['output'];
  /** The purchase that is paid for. Null when it cannot be shown. */
  purchase?: Maybe<Purchase>;
  /** The account that pays. Null when it cannot be shown. */
  account?: Maybe<Account>;
  /** The refunds that have reached the card, oldest first. */
  refunds: Array<Refund>;
  /** The disputes of the payment, oldest first, also those that are closed. */
  disputes: Array<Dispute>;
};

/** What has become of a payment. */
export type PaymentStatus =
  /** The payment is recorded, and the answer of the provider is not known yet. */
  | 'PENDING'
  /** The amount is held on the card and not yet captured. */
  | 'AUTHORIZED'
  /** The card was declined. */
  | 'DECLINED'
  /** The amount was captured, and nothing of it was refunded. A part of it, or all, may be disputed. */
  | 'CAPTURED'
  /**
   * No amount is held, and the graph captures none. Should the provider capture it all the same, the payment becomes CAPTURED,
   * and the amount is refunded if its purchase was cancelled.
   */
  | 'VOIDED'
  /** The amount was held, and the hold has lapsed before it was captured. What is said of VOIDED holds here too. */
  | 'EXPIRED'
  /** The amount was captured, and a part of it was refunded: `refunded` is above zero and below `amount`. */
  | 'PARTIALLY_REFUNDED'
  /** The amount was captured, and all of it was refunded: `refunded` is `amount`. It stays so. */
  | 'REFUNDED'
  /**
   * The amount was captured, and the provider has taken back from us what was not refunded. `refunded` and `refundStatus` tell
   * what was refunded before. It stays so.
   */
  | 'REVERSED';

/** How much of a payment was refunded. */
export type RefundStatus =
  /** Nothing was refunded. Nothing need have been captured. */
  | 'NONE'
  /** A part of the captured amount was refunded. */
  | 'PARTIAL'
  /** All of the captured amount was refunded. */
  | 'FULL';

/** An amount that was given back to the card of a payment. */
export type Refund = {
  /** The id of the refund: a UUID. */
  id: Scalars['RefundId']['output'];
  /** The amount that was given back, in the currency of the payment. */
  amount: Money;
  /** The reason that staff gave. The account that paid can read it. A refund from another `source` has a fixed text. */
  reason: Scalars['String']['output'];
  /** Who made the refund. */
  source: RefundSource;
  /** When the refund was requested. For a refund that was made at the provider: when it was recorded. */
  createdAt: Scalars['DateTime']['output'];
};

/** Who made a refund. */
export type RefundSource =
  /** With refundPayment. */
  | 'STAFF'
  /** By the system itself: the provider captured the payment after its purchase had been cancelled. */
  | 'AUTOMATIC'
  /** At the payment provider, without us. */
  | 'PROVIDER';

/** The buyer's bank disputes a payment. The provider takes the amount back from us, and returns it when the dispute is won. */
export type Dispute = {
  /** The id of the dispute: a UUID. */
  id: Scalars['DisputeId']['output'];
  /** The disputed amount, in the currency of the payment. */
  amount: Money;
  /** What has become of the dispute. */
  status: DisputeStatus;
  /** When the dispute was recorded. */
  createdAt: Scalars['DateTime']['output'];
};

/** What has become of a dispute. */
export type DisputeStatus =
  /** The provider has taken the amount back, and nothing is decided yet. */
  | 'OPEN'
  /** The provider has returned the amount. */
  | 'WON'
  /** The amount is lost. */
  | 'LOST';

/** The comparison of the ledger with the provider's books. Totals are exact decimal text and may have more digits than a Decimal. It has no id: it is made anew for each request. */
export type LedgerProof = {
  /** True when the postings of every currency sum to zero. */
  balanced: Scalars['Boolean']['output'];
  /** True when no payment differs from the provider's books. */
  matchesProvider: Scalars['Boolean']['output'];
  /** The totals of each currency. */
  currencies: Array<LedgerCurrency>;
  /** The first 100 payments that differ from the provider's books, oldest first. */
  differences: Array<LedgerDifference>;
  /** True when more payments differ than `differences` shows. */
  hasMoreDifferences: Scalars['Boolean']['output'];
  /** The number of payments that changed during the comparison. They are not part of any total. */
  underWay: Scalars['Int']['output'];
};

/** The totals of one currency, over all payments that did not change during the comparison. It has no id: it belongs to its LedgerProof. */
export type LedgerCurrency = {
  /** The currency of the totals. */
  currency: Scalars['Currency']['output'];
  /** The captured amount, according to the ledger. */
  captured: Scalars['String']['output'];
  /** The refunded amount, according to the ledger. */
  refunded: Scalars['String']['output'];
  /** What the provider has taken back of captured amounts, according to the ledger. */
  reversed: Scalars['String']['output'];
  /** What the provider has taken back for disputes that are open, according to the ledger. */
  disputed: Scalars['String']['output'];
  /** What the provider has taken back for disputes that are lost, according to the ledger. */
  lost: Scalars['String']['output'];
  /** The number of postings. */
  postings: Scalars['Int']['output'];
  /** The captured amount less all that was given or taken back, according to the provider's books. */
  provider: Scalars['String']['output'];
  /** `captured` less `refunded`, `reversed`, `disputed`, `lost` and `provider`. It is zero when both sides agree. */
  difference: Scalars['String']['output'];
};

/** A payment about which the ledger and the provider's books differ. It has no id: it belongs to its LedgerProof, where `reference` tells one from another. */
export type LedgerDifference = {
  /** The reference at the provider, which is the id of the payment if the payment exists. */
  reference: Scalars['ID']['output'];
  /** The payment according to the ledger. Null when there is no such payment. */
  ours?: Maybe<LedgerEntry>;
  /** The payment according to the provider's books. Null when the provider does not know the reference. */
  provider?: Maybe<LedgerEntry>;
};

/** One payment according to one of the two sides. It has no id: it belongs to its LedgerDifference. */
export type LedgerEntry = {
  /** The status that this side knows. */
  status: PaymentStatus;
  /** The amount of the payment. Null when no amount was ever requested. */
  amount?: Maybe<Money>;
  /** The captured amount. Null when no amount was ever requested. */
  captured?: Maybe<Money>;
  /** The refunded amount. Null when no amount was ever requested. */
  refunded?: Maybe<Money>;
  /** What the provider has taken back of the captured amount. Null when no amount was ever requested. */
  reversed?: Maybe<Money>;
  /** What the provider has taken back for disputes that are open. Null when no amount was ever requested. */
  disputed?: Maybe<Money>;
  /** What the provider has taken back for disputes that are lost. Null when no amount was ever requested. */
  lost?: Maybe<Money>;
};

export type Account = {
  id: Scalars['AccountId']['output'];
  /**
   * The payments of the account, newest first.
   *
   * Refusals: BAD_USER_INPUT (`first` or `last` is out of range, or both are given; `after` or `before` is not a cursor of
   * this list of this account).
   */
  payments?: Maybe<PaymentConnection>;
};


export type AccountPaymentsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

export type Purchase = {
  id: Scalars['PurchaseId']['output'];
};

/** A page of payments. It has no id: it belongs to the object that has the list, and to the arguments of the list. */
export type PaymentConnection = {
  /** The payments of the page, in the order of the list. */
  edges: Array<PaymentEdge>;
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
};

/** A payment of a page, with its cursor. It has no id: it belongs to its page. */
export type PaymentEdge = {
  /**
   * Send it as `after` to get what comes after this payment, or as `before` to get what comes before it. Only the same list of
   * the same account accepts it. What it contains may change: do not build or store one.
   */
  cursor: Scalars['String']['output'];
  /** The payment itself. */
  node: Payment;
};

/** The position of a page in its connection (GraphQL Cursor Connections Specification). It has no id: it belongs to its page. */
export type PageInfo = {
  /** With `first`: true when more items follow this page. With `last`: true when the page was asked for with `before`. */
  hasNextPage: Scalars['Boolean']['output'];
  /** With `first`: true when the page was asked for with `after`. With `last`: true when more items precede this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first item of the page. Null when the page is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
  /** The cursor of the last item of the page. Null when the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
};

/** An exact amount of money in one currency. It has no id: it is a value, which belongs to the object that it is read from. */
export type Money = {
  /** The amount, with as many decimals as the currency has. */
  amount: Scalars['Decimal']['output'];
  /** The currency of the amount. */
  currency: Scalars['Currency']['output'];
};

/** An exact amount of money in one currency. */
export type MoneyInput = {
  /** The amount, with as many decimals as the currency has. */
  amount: Scalars['Decimal']['input'];
  /** The currency of the amount. */
  currency: Scalars['Currency']['input'];
};

/** The input of createPayment. */
export type CreatePaymentInput = {
  /** A UUIDv7 that the caller makes before the call. It becomes the id of the payment and its reference at the provider. */
  id: Scalars['PaymentId']['input'];
  /** The purchase that is paid for: a UUID. It has one payment only. */
  purchaseId: Scalars['PurchaseId']['input'];
  /** The account that pays. */
  accountId: Scalars['AccountId']['input'];
  /** The amount to hold. It must be above zero. */
  amount: MoneyInput;
  /**
   * The token that the provider gave out for the buyer's card. It is sent to the provider and never stored or logged, so a
   * repeat sends it again. Null continues an earlier attempt and never starts a new one.
   */
  token?: InputMaybe<Scalars['String']['input']>;
};

/** The input of voidPayment. `purchaseId` finds the payment. The other two ids are used only when the purchase has no payment yet. */
export type VoidPaymentInput = {
  /** The id that the payment would have had: a UUID. */
  id: Scalars['PaymentId']['input'];
  /** The purchase whose payment is released: a UUID. */
  purchaseId: Scalars['PurchaseId']['input'];
  /** The account that would have paid: a UUID. */
  accountId: Scalars['AccountId']['input'];
};

/** The input of refundPayment. */
export type RefundPaymentInput = {
  /** The id of the payment: a UUID. */
  paymentId: Scalars['PaymentId']['input'];
  /** The amount to refund, above zero and in the payment's currency. Null refunds all that is left. */
  amount?: InputMaybe<MoneyInput>;
  /** 1 to 500 characters, without control characters (line breaks are allowed) and characters that are invisible, private or not assigned. The account that paid can read it. */
  reason: Scalars['String']['input'];
  /**
   * 1 to 200 printable ASCII characters of the caller's choice. Requests with the same key refund only once. A key belongs to the payment,
   * whoever sends it, and it never expires. It covers the amount, where null is an amount of its own. The reason is not
   * compared: the first one stays. A refund that was refused as PAYMENT_NOT_REFUNDABLE keeps its key: to try again, send a
   * new one.
   */
  idempotencyKey: Scalars['IdempotencyKey']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: UnparsedKeys<TReference>,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Payment: Payment;
  Account: Account;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Payment:
    ( { __typename: 'Payment' }
    & GraphQLRecursivePick<FederationTypes['Payment'], {"id":true}> );
  Account:
    ( { __typename: 'Account' }
    & GraphQLRecursivePick<FederationTypes['Account'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Currency: ResolverTypeWrapper<Scalars['Currency']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Payment: ResolverTypeWrapper<PaymentRow>;
  PaymentStatus: PaymentStatus;
  RefundStatus: RefundStatus;
  Refund: ResolverTypeWrapper<RefundRow>;
  RefundSource: RefundSource;
  Dispute: ResolverTypeWrapper<DisputeRow>;
  DisputeStatus: DisputeStatus;
  LedgerProof: ResolverTypeWrapper<LedgerProof>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  LedgerCurrency: ResolverTypeWrapper<LedgerCurrency>;
  LedgerDifference: ResolverTypeWrapper<LedgerDifference>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  LedgerEntry: ResolverTypeWrapper<LedgerEntry>;
  Account: ResolverTypeWrapper<{ id: AccountId }>;
  Purchase: ResolverTypeWrapper<{ id: PurchaseId }>;
  PaymentConnection: ResolverTypeWrapper<Omit<PaymentConnection, 'edges'> & { edges: Array<ResolversTypes['PaymentEdge']> }>;
  PaymentEdge: ResolverTypeWrapper<Omit<PaymentEdge, 'node'> & { node: ResolversTypes['Payment'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  CreatePaymentInput: CreatePaymentInput;
  VoidPaymentInput: VoidPaymentInput;
  RefundPaymentInput: RefundPaymentInput;
  PaymentId: ResolverTypeWrapper<Scalars['PaymentId']['output']>;
  PurchaseId: ResolverTypeWrapper<Scalars['PurchaseId']['output']>;
  RefundId: ResolverTypeWrapper<Scalars['RefundId']['output']>;
  DisputeId: ResolverTypeWrapper<Scalars['DisputeId']['output']>;
  AccountId: ResolverTypeWrapper<Scalars['AccountId']['output']>;
  IdempotencyKey: ResolverTypeWrapper<Scalars['IdempotencyKey']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Currency: Scalars['Currency']['output'];
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Payment: PaymentRow;
  Refund: RefundRow;
  Dispute: DisputeRow;
  LedgerProof: LedgerProof;
  Int: Scalars['Int']['output'];
  LedgerCurrency: LedgerCurrency;
  LedgerDifference: LedgerDifference;
  ID: Scalars['ID']['output'];
  LedgerEntry: LedgerEntry;
  Account: { id: AccountId };
  Purchase: { id: PurchaseId };
  PaymentConnection: Omit<PaymentConnection, 'edges'> & { edges: Array<ResolversParentTypes['PaymentEdge']> };
  PaymentEdge: Omit<PaymentEdge, 'node'> & { node: ResolversParentTypes['Payment'] };
  PageInfo: PageInfo;
  Money: Money;
  MoneyInput: MoneyInput;
  CreatePaymentInput: CreatePaymentInput;
  VoidPaymentInput: VoidPaymentInput;
  RefundPaymentInput: RefundPaymentInput;
  PaymentId: Scalars['PaymentId']['output'];
  PurchaseId: Scalars['PurchaseId']['output'];
  RefundId: Scalars['RefundId']['output'];
  DisputeId: Scalars['DisputeId']['output'];
  AccountId: Scalars['AccountId']['output'];
  IdempotencyKey: Scalars['IdempotencyKey']['output'];
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
};

export type InaccessibleDirectiveArgs = { };

export type InaccessibleDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = InaccessibleDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ShareableDirectiveArgs = { };

export type ShareableDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = ShareableDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type OverrideDirectiveArgs = {
  from: Scalars['String']['input'];
};

export type OverrideDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = OverrideDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type TagDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type TagDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = TagDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type LinkDirectiveArgs = {
  url: Scalars['String']['input'];
  import?: Maybe<Array<Maybe<Scalars['String']['input']>>>;
};

export type LinkDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = LinkDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type ComposeDirectiveDirectiveArgs = {
  name: Scalars['String']['input'];
};

export type ComposeDirectiveDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = ComposeDirectiveDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AuthDirectiveArgs = {
  allow: Array<Scalars['String']['input']>;
};

export type AuthDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = AuthDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export interface CurrencyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Currency'], any> {
  name: 'Currency';
}

export type QueryResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, RequireFields<QueryPaymentArgs, 'id'>>;
  ledger?: Resolver<Maybe<ResolversTypes['LedgerProof']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createPayment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, RequireFields<MutationCreatePaymentArgs, 'input'>>;
  capturePayment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, RequireFields<MutationCapturePaymentArgs, 'purchaseId'>>;
  voidPayment?: Resolver<Maybe<ResolversTypes['PaymentStatus']>, ParentType, ContextType, RequireFields<MutationVoidPaymentArgs, 'input'>>;
  refundPayment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType, RequireFields<MutationRefundPaymentArgs, 'input'>>;
};

export type PaymentResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment'], FederationReferenceType extends FederationReferenceTypes['Payment'] = FederationReferenceTypes['Payment']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Payment']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['PaymentId'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  refundStatus?: Resolver<ResolversTypes['RefundStatus'], ParentType, ContextType>;
  disputed?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  purchase?: Resolver<Maybe<ResolversTypes['Purchase']>, ParentType, ContextType>;
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  refunds?: Resolver<Array<ResolversTypes['Refund']>, ParentType, ContextType>;
  disputes?: Resolver<Array<ResolversTypes['Dispute']>, ParentType, ContextType>;
};

export type RefundResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Refund'] = ResolversParentTypes['Refund']> = {
  id?: Resolver<ResolversTypes['RefundId'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['RefundSource'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type DisputeResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Dispute'] = ResolversParentTypes['Dispute']> = {
  id?: Resolver<ResolversTypes['DisputeId'], ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DisputeStatus'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type LedgerProofResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['LedgerProof'] = ResolversParentTypes['LedgerProof']> = {
  balanced?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  matchesProvider?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  currencies?: Resolver<Array<ResolversTypes['LedgerCurrency']>, ParentType, ContextType>;
  differences?: Resolver<Array<ResolversTypes['LedgerDifference']>, ParentType, ContextType>;
  hasMoreDifferences?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  underWay?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type LedgerCurrencyResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['LedgerCurrency'] = ResolversParentTypes['LedgerCurrency']> = {
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
  captured?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refunded?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reversed?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  disputed?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  lost?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  postings?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  provider?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  difference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LedgerDifferenceResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['LedgerDifference'] = ResolversParentTypes['LedgerDifference']> = {
  reference?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ours?: Resolver<Maybe<ResolversTypes['LedgerEntry']>, ParentType, ContextType>;
  provider?: Resolver<Maybe<ResolversTypes['LedgerEntry']>, ParentType, ContextType>;
};

export type LedgerEntryResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['LedgerEntry'] = ResolversParentTypes['LedgerEntry']> = {
  status?: Resolver<ResolversTypes['PaymentStatus'], ParentType, ContextType>;
  amount?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  captured?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  refunded?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  reversed?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  disputed?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  lost?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type AccountResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account'], FederationReferenceType extends FederationReferenceTypes['Account'] = FederationReferenceTypes['Account']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Account']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['AccountId'], ParentType, ContextType>;
  payments?: Resolver<Maybe<ResolversTypes['PaymentConnection']>, ParentType, ContextType, Partial<AccountPaymentsArgs>>;
};

export type PurchaseResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Purchase'] = ResolversParentTypes['Purchase']> = {
  id?: Resolver<ResolversTypes['PurchaseId'], ParentType, ContextType>;
};

export type PaymentConnectionResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PaymentConnection'] = ResolversParentTypes['PaymentConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PaymentEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PaymentEdgeResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PaymentEdge'] = ResolversParentTypes['PaymentEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Payment'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext<Own>> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Currency?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  Refund?: RefundResolvers<ContextType>;
  Dispute?: DisputeResolvers<ContextType>;
  LedgerProof?: LedgerProofResolvers<ContextType>;
  LedgerCurrency?: LedgerCurrencyResolvers<ContextType>;
  LedgerDifference?: LedgerDifferenceResolvers<ContextType>;
  LedgerEntry?: LedgerEntryResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  Purchase?: PurchaseResolvers<ContextType>;
  PaymentConnection?: PaymentConnectionResolvers<ContextType>;
  PaymentEdge?: PaymentEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext<Own>> = {
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  link?: LinkDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  auth?: AuthDirectiveResolver<any, any, ContextType>;
};
