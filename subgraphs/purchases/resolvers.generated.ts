// Generated from schema.graphql by `npm run generate`. Do not edit.
import type { Own } from './own.ts';
import type { AccountId, IdempotencyKey, PaymentId, ProductId, PurchaseId, Unparsed, UnparsedKeys } from '../../platform/values/ids.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PurchaseRow } from './purchase.ts';
import type { PurchaseLineRow } from './purchase-line.ts';
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
  PurchaseId: { input: Unparsed<PurchaseId>; output: PurchaseId; }
  AccountId: { input: Unparsed<AccountId>; output: AccountId; }
  ProductId: { input: Unparsed<ProductId>; output: ProductId; }
  PaymentId: { input: Unparsed<PaymentId>; output: PaymentId; }
  IdempotencyKey: { input: Unparsed<IdempotencyKey>; output: IdempotencyKey; }
};

export type Query = {
  /** One purchase, for its buyer and for staff. Null for all other callers, and when there is no such purchase. Refusals: BAD_USER_INPUT (`id` is not a UUID). */
  purchase?: Maybe<Purchase>;
  /**
   * All purchases, for staff, newest first. `Account.purchases` has those of one account, for the account itself.
   *
   * Refusals: BAD_USER_INPUT (`first` or `last` is out of range, or both are given; `after` or `before` is not a cursor of
   * this list with this filter; or the filter is malformed).
   */
  purchases?: Maybe<PurchaseConnection>;
  /** For products only: the status of a purchase. Null when there is no such purchase. Refusals: BAD_USER_INPUT (`id` is not a UUID). */
  purchaseStatus?: Maybe<PurchaseStatus>;
};


export type QueryPurchaseArgs = {
  id: Scalars['PurchaseId']['input'];
};


export type QueryPurchasesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<PurchaseFilter>;
};


export type QueryPurchaseStatusArgs = {
  id: Scalars['PurchaseId']['input'];
};

export type Mutation = {
  /**
   * Buys products: reserves the stock, authorises the payment, and then captures it. Returns the purchase with its final
   * status. COMPLETED means that it is paid. CANCELLED means that nothing was charged and nothing is reserved, and
   * `cancelReason` says why. When the purchase takes longer than the server waits (10 seconds by default), it is returned with
   * its present status and continues: read the result later with `purchase(id)`.
   *
   * The idempotency key makes a repeat safe: the same key with the same input always returns the same purchase, however often
   * it is sent. A key belongs to the account, and it never expires. It covers the products, their quantities and the payment
   * token. The order of the lines and the letter case of ids do not matter. All other input with the same key is refused with
   * IDEMPOTENCY_KEY_REUSED.
   *
   * A purchase that was cancelled keeps its key, and a repeat returns it again. To try again after a decline, with the same
   * card or another one, send a new key.
   *
   * Refusals that record no purchase and use no key: NO_LINES, TOO_MANY_LINES, QUANTITY_INVALID, DUPLICATE_PRODUCT,
   * IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_REUSED (the key belongs to a purchase with other input), PAYMENT_TOKEN_INVALID,
   * UNAVAILABLE (no purchase can be started for a moment: repeat the request with the same key).
   *
   * Refusals that a repeat with the same key gets again: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, MIXED_CURRENCIES,
   * AMOUNT_TOO_LARGE. They leave nothing charged and nothing reserved.
   */
  purchase?: Maybe<Purchase>;
};


export type MutationPurchaseArgs = {
  input: PurchaseInput;
};

export type Account = {
  id: Scalars['AccountId']['output'];
  /**
   * The purchases of the account, newest first.
   *
   * Refusals: BAD_USER_INPUT (`first` or `last` is out of range, or both are given; `after` or `before` is not a cursor of
   * this list of this account).
   */
  purchases?: Maybe<PurchaseConnection>;
};


export type AccountPurchasesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
};

/** A purchase of one account. It is visible to its buyer and to staff, and null for all other callers. */
export type Purchase = {
  /** The id of the purchase: a UUID, the same in all of the graph. */
  id: Scalars['PurchaseId']['output'];
  /** How far the purchase is. A later refund does not change it: `payment { refundStatus refunded { amount } }` tells of it. */
  status: PurchaseStatus;
  /** Why the purchase was cancelled. Null unless the status is CANCELLING or CANCELLED. */
  cancelReason?: Maybe<CancelReason>;
  /** The sum of all lines. Null until the purchase is confirmed. */
  total?: Maybe<Money>;
  /** At least one line, in the order of the input. */
  lines: Array<PurchaseLine>;
  /** The account that buys. Null when it cannot be shown at the moment. */
  buyer?: Maybe<Account>;
  /**
   * The payment, including one that was declined or voided. Null when the purchase ended before a payment was created, or when
   * the payment cannot be shown at the moment.
   */
  payment?: Maybe<Payment>;
  /** When the purchase was recorded. */
  createdAt: Scalars['DateTime']['output'];
  /** When the purchase last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** What has become of a purchase. */
export type PurchaseStatus =
  /** The purchase is accepted. Its stock is being reserved, and its payment is being authorised. */
  | 'STARTED'
  /**
   * The stock is reserved and the payment is authorised. From here on the purchase completes. It is cancelled only when the
   * hold on the card turns out to be gone before it is captured (PAYMENT_LAPSED).
   */
  | 'CONFIRMED'
  /**
   * The purchase was paid, and the stock was sold to the buyer. It stays COMPLETED when its payment is refunded, disputed or taken
   * back afterwards: the payment says so.
   */
  | 'COMPLETED'
  /** The purchase is refused, and reserved stock and the payment are being released. */
  | 'CANCELLING'
  /**
   * The purchase is refused, and nothing is reserved. Nothing was charged; should the provider capture the amount all the same, it is
   * refunded.
   */
  | 'CANCELLED';

/** Why a purchase was cancelled. */
export type CancelReason =
  /** The stock of a product was smaller than the quantity. */
  | 'OUT_OF_STOCK'
  /** A product does not exist. */
  | 'PRODUCT_NOT_FOUND'
  /** A product is no longer sold. */
  | 'PRODUCT_DISCONTINUED'
  /** The lines are priced in different currencies. */
  | 'MIXED_CURRENCIES'
  /** The total has more than 12 digits before the point. */
  | 'AMOUNT_TOO_LARGE'
  /** The card was declined. */
  | 'PAYMENT_DECLINED'
  /** The payment provider does not know the payment token. */
  | 'PAYMENT_TOKEN_INVALID'
  /**
   * The card was authorised, but its bank or the payment provider released the amount before it was captured. Nothing was
   * charged. The same purchase with a new key may succeed.
   */
  | 'PAYMENT_LAPSED'
  /** Products or payments did not answer in time. The same purchase with a new key may succeed. */
  | 'UNAVAILABLE'
  /** The server was interrupted before the card was charged, and it stores no card tokens. Try again with a new key. */
  | 'INTERRUPTED';

/** One product of a purchase. */
export type PurchaseLine = {
  /** Identifies the line in caches: it is its own in the whole graph, and never changes. What it contains may change, and no field takes it. */
  id: Scalars['ID']['output'];
  /** The number of units. */
  quantity: Scalars['Int']['output'];
  /** The product as it is now. Null when it cannot be shown. */
  product?: Maybe<Product>;
  /** The name of the product when it was bought. Null until the purchase is confirmed. */
  name?: Maybe<Scalars['String']['output']>;
  /** The price of one unit when it was bought. Null until the purchase is confirmed. */
  unitPrice?: Maybe<Money>;
};

export type Product = {
  id: Scalars['ProductId']['output'];
};

export type Payment = {
  id: Scalars['PaymentId']['output'];
};

/** An exact amount of money in one currency. It has no id: it is a value, which belongs to the object that it is read from. */
export type Money = {
  /** The amount, with as many decimals as the currency has. */
  amount: Scalars['Decimal']['output'];
  /** The currency of the amount. */
  currency: Scalars['Currency']['output'];
};

/** A page of purchases. It has no id: it belongs to the object that has the list, and to the arguments of the list. */
export type PurchaseConnection = {
  /** The purchases of the page, in the order of the list. */
  edges: Array<PurchaseEdge>;
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
};

/** A purchase of a page, with its cursor. It has no id: it belongs to its page. */
export type PurchaseEdge = {
  /**
   * Send it as `after` to get what comes after this purchase, or as `before` to get what comes before it. Only the same list,
   * of the same account or with the same `filter`, accepts it. What it contains may change: do not build or store one.
   */
  cursor: Scalars['String']['output'];
  /** The purchase itself. */
  node: Purchase;
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

/** The conditions of a search among the purchases. A condition that is null filters nothing. */
export type PurchaseFilter = {
  /** Only purchases with this status. */
  status?: InputMaybe<PurchaseStatus>;
  /** Only the purchases of this account: a UUID. An account that does not exist has none. */
  accountId?: InputMaybe<Scalars['AccountId']['input']>;
  /** Only those that were recorded at this time or later. It must be before `createdBefore`. */
  createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those that were recorded before this time. */
  createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The input of the mutation `purchase`. */
export type PurchaseInput = {
  /** 1 to 100 lines. Each product occurs once. */
  lines: Array<PurchaseLineInput>;
  /**
   * The token that the payment provider gave out for the card: 1 to 200 printable characters. The database never stores it.
   *
   * The sandbox payment provider, which runs unless another one is set, knows these cards and no others. `tok_approve`: approved, the
   * purchase is COMPLETED. `tok_decline`: declined, CANCELLED with PAYMENT_DECLINED. `tok_timeout`: approved, with an answer that
   * comes too late, COMPLETED after some seconds. `tok_error`: the provider fails each time, CANCELLED with UNAVAILABLE. `tok_flaky`:
   * the provider fails once, COMPLETED. `tok_lapse`: approved, and the hold lapses before the capture, CANCELLED with PAYMENT_LAPSED.
   */
  paymentToken: Scalars['String']['input'];
  /** 1 to 200 printable ASCII characters of your choice, different for each purchase, such as a UUID. Letter case counts. */
  idempotencyKey: Scalars['IdempotencyKey']['input'];
};

/** One product to buy. */
export type PurchaseLineInput = {
  /** The id of the product: a UUID. */
  productId: Scalars['ProductId']['input'];
  /** The number of units: 1 to 1000. */
  quantity: Scalars['Int']['input'];
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
  Account: Account;
  Purchase: Purchase;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Account:
    ( { __typename: 'Account' }
    & GraphQLRecursivePick<FederationTypes['Account'], {"id":true}> );
  Purchase:
    ( { __typename: 'Purchase' }
    & GraphQLRecursivePick<FederationTypes['Purchase'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Currency: ResolverTypeWrapper<Scalars['Currency']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Account: ResolverTypeWrapper<{ id: AccountId }>;
  Purchase: ResolverTypeWrapper<PurchaseRow>;
  PurchaseStatus: PurchaseStatus;
  CancelReason: CancelReason;
  PurchaseLine: ResolverTypeWrapper<PurchaseLineRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Product: ResolverTypeWrapper<{ id: ProductId }>;
  Payment: ResolverTypeWrapper<{ id: PaymentId }>;
  Money: ResolverTypeWrapper<Money>;
  PurchaseConnection: ResolverTypeWrapper<Omit<PurchaseConnection, 'edges'> & { edges: Array<ResolversTypes['PurchaseEdge']> }>;
  PurchaseEdge: ResolverTypeWrapper<Omit<PurchaseEdge, 'node'> & { node: ResolversTypes['Purchase'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  PurchaseFilter: PurchaseFilter;
  PurchaseInput: PurchaseInput;
  PurchaseLineInput: PurchaseLineInput;
  PurchaseId: ResolverTypeWrapper<Scalars['PurchaseId']['output']>;
  AccountId: ResolverTypeWrapper<Scalars['AccountId']['output']>;
  ProductId: ResolverTypeWrapper<Scalars['ProductId']['output']>;
  PaymentId: ResolverTypeWrapper<Scalars['PaymentId']['output']>;
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
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  Account: { id: AccountId };
  Purchase: PurchaseRow;
  PurchaseLine: PurchaseLineRow;
  ID: Scalars['ID']['output'];
  Product: { id: ProductId };
  Payment: { id: PaymentId };
  Money: Money;
  PurchaseConnection: Omit<PurchaseConnection, 'edges'> & { edges: Array<ResolversParentTypes['PurchaseEdge']> };
  PurchaseEdge: Omit<PurchaseEdge, 'node'> & { node: ResolversParentTypes['Purchase'] };
  PageInfo: PageInfo;
  PurchaseFilter: PurchaseFilter;
  PurchaseInput: PurchaseInput;
  PurchaseLineInput: PurchaseLineInput;
  PurchaseId: Scalars['PurchaseId']['output'];
  AccountId: Scalars['AccountId']['output'];
  ProductId: Scalars['ProductId']['output'];
  PaymentId: Scalars['PaymentId']['output'];
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
  purchase?: Resolver<Maybe<ResolversTypes['Purchase']>, ParentType, ContextType, RequireFields<QueryPurchaseArgs, 'id'>>;
  purchases?: Resolver<Maybe<ResolversTypes['PurchaseConnection']>, ParentType, ContextType, Partial<QueryPurchasesArgs>>;
  purchaseStatus?: Resolver<Maybe<ResolversTypes['PurchaseStatus']>, ParentType, ContextType, RequireFields<QueryPurchaseStatusArgs, 'id'>>;
};

export type MutationResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  purchase?: Resolver<Maybe<ResolversTypes['Purchase']>, ParentType, ContextType, RequireFields<MutationPurchaseArgs, 'input'>>;
};

export type AccountResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account'], FederationReferenceType extends FederationReferenceTypes['Account'] = FederationReferenceTypes['Account']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Account']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['AccountId'], ParentType, ContextType>;
  purchases?: Resolver<Maybe<ResolversTypes['PurchaseConnection']>, ParentType, ContextType, Partial<AccountPurchasesArgs>>;
};

export type PurchaseResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Purchase'] = ResolversParentTypes['Purchase'], FederationReferenceType extends FederationReferenceTypes['Purchase'] = FederationReferenceTypes['Purchase']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Purchase']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['PurchaseId'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['PurchaseStatus'], ParentType, ContextType>;
  cancelReason?: Resolver<Maybe<ResolversTypes['CancelReason']>, ParentType, ContextType>;
  total?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['PurchaseLine']>, ParentType, ContextType>;
  buyer?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  payment?: Resolver<Maybe<ResolversTypes['Payment']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type PurchaseLineResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PurchaseLine'] = ResolversParentTypes['PurchaseLine']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  unitPrice?: Resolver<Maybe<ResolversTypes['Money']>, ParentType, ContextType>;
};

export type ProductResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product']> = {
  id?: Resolver<ResolversTypes['ProductId'], ParentType, ContextType>;
};

export type PaymentResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Payment'] = ResolversParentTypes['Payment']> = {
  id?: Resolver<ResolversTypes['PaymentId'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amount?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
};

export type PurchaseConnectionResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PurchaseConnection'] = ResolversParentTypes['PurchaseConnection']> = {
  edges?: Resolver<Array<ResolversTypes['PurchaseEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type PurchaseEdgeResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PurchaseEdge'] = ResolversParentTypes['PurchaseEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Purchase'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext<Own>> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Currency?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  Purchase?: PurchaseResolvers<ContextType>;
  PurchaseLine?: PurchaseLineResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  Payment?: PaymentResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  PurchaseConnection?: PurchaseConnectionResolvers<ContextType>;
  PurchaseEdge?: PurchaseEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
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
