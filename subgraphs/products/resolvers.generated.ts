// Generated from schema.graphql by `npm run generate`. Do not edit.
import type { Own } from './own.ts';
import type { ProductId, PurchaseId, Unparsed, UnparsedKeys } from '../../platform/values/ids.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { ProductRow } from './product.ts';
import type { ReservationRow } from './reservation.ts';
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
  ProductId: { input: Unparsed<ProductId>; output: ProductId; }
  PurchaseId: { input: Unparsed<PurchaseId>; output: PurchaseId; }
};

/** For whom a value may be cached. */
export type CacheControlScope =
  /** The value is the same for all callers. */
  | 'PUBLIC'
  /** The value is for one viewer only. */
  | 'PRIVATE';

export type Query = {
  /** One product, including a discontinued one. Null when there is no product with this id. Refusals: BAD_USER_INPUT (`id` is not a UUID). */
  product?: Maybe<Product>;
  /**
   * The products on sale, newest first.
   *
   * Refusals: BAD_USER_INPUT (`first` or `last` is out of range, or both are given; `after` or `before` is not a cursor of
   * this list with this filter and these ids; the filter is malformed; or `ids` has more items than the page, or some that are no
   * UUIDs, each of which `extensions.problems` names).
   */
  products?: Maybe<ProductConnection>;
};


export type QueryProductArgs = {
  id: Scalars['ProductId']['input'];
};


export type QueryProductsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<ProductFilter>;
  ids?: InputMaybe<Array<Scalars['ProductId']['input']>>;
};

export type Mutation = {
  /**
   * Puts a new product on sale.
   *
   * Refusals: SKU_INVALID, SKU_IN_USE, NAME_INVALID, DESCRIPTION_INVALID, BAD_USER_INPUT (`price` or `stock` is out of
   * range).
   */
  createProduct?: Maybe<Product>;
  /**
   * Sets the price of one unit for later purchases. Units that are already reserved keep their price.
   *
   * Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, BAD_USER_INPUT (`price` is not above zero, or has more decimals than
   * its currency).
   */
  changePrice?: Maybe<Product>;
  /**
   * Adds units to the stock: 1 to 1,000,000 at once. It is not idempotent: each call adds.
   *
   * Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, STOCK_TOO_LARGE (the stock would exceed 1,000,000,000 units),
   * BAD_USER_INPUT (`quantity` is out of range).
   */
  restock?: Maybe<Product>;
  /**
   * Takes a product off sale permanently. Units that are already reserved can still be sold. A repeat returns the same
   * product.
   *
   * Refusals: PRODUCT_NOT_FOUND.
   */
  discontinue?: Maybe<Product>;
  /**
   * For purchases only: reserves the units of all lines, or of none. It is idempotent for each purchase: a repeat returns
   * the same reservation, with the names and prices of the first call.
   *
   * Refusals: PRODUCT_NOT_FOUND, PRODUCT_DISCONTINUED, OUT_OF_STOCK (each of the three with `productId`, for the first line
   * that fails), MIXED_CURRENCIES, RESERVATION_RELEASED (the reservation was released, or releaseStock came first),
   * RESERVATION_CONFLICT (the purchase holds other lines), BAD_USER_INPUT (there are no lines or more than 100, a product
   * occurs twice, a quantity is out of range, or `purchaseId` is not a UUID).
   */
  reserveStock?: Maybe<Reservation>;
  /**
   * For purchases only: sells the units that the purchase holds. It cannot be undone. A repeat returns the same reservation.
   *
   * Refusals: RESERVATION_NOT_FOUND, RESERVATION_RELEASED.
   */
  commitStock?: Maybe<Reservation>;
  /**
   * For purchases only: gives the units that the purchase holds back to the stock. A repeat returns the same reservation. A
   * purchase without a reservation gets one with the status RELEASED, so that a late reserveStock is refused.
   *
   * Refusals: RESERVATION_COMMITTED, BAD_USER_INPUT (`purchaseId` is not a UUID).
   */
  releaseStock?: Maybe<Reservation>;
};


export type MutationCreateProductArgs = {
  input: CreateProductInput;
};


export type MutationChangePriceArgs = {
  id: Scalars['ProductId']['input'];
  price: MoneyInput;
};


export type MutationRestockArgs = {
  id: Scalars['ProductId']['input'];
  quantity: Scalars['Int']['input'];
};


export type MutationDiscontinueArgs = {
  id: Scalars['ProductId']['input'];
};


export type MutationReserveStockArgs = {
  input: ReserveStockInput;
};


export type MutationCommitStockArgs = {
  purchaseId: Scalars['PurchaseId']['input'];
};


export type MutationReleaseStockArgs = {
  purchaseId: Scalars['PurchaseId']['input'];
};

/** A product that is or was on sale. */
export type Product = {
  /** The id of the product: a UUID, the same in all of the graph. */
  id: Scalars['ProductId']['output'];
  /** The stock keeping unit: the code of the product in the shop. Each product has its own. */
  sku: Scalars['String']['output'];
  /** The name of the product, on one line. */
  name: Scalars['String']['output'];
  /** Plain text, which may have line breaks and may be empty. */
  description: Scalars['String']['output'];
  /** What one unit costs now. */
  price: Money;
  /** The number of units that can be bought now. Units that purchases hold are not counted. */
  stock: Scalars['Int']['output'];
  /** When the product was put on sale. */
  createdAt: Scalars['DateTime']['output'];
  /** When the product was taken off sale. Null while it is on sale. */
  discontinuedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A page of products. It has no id: it belongs to the object that has the list, and to the arguments of the list. */
export type ProductConnection = {
  /** The products of the page, in the order of the list. */
  edges: Array<ProductEdge>;
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
};

/** A product of a page, with its cursor. It has no id: it belongs to its page. */
export type ProductEdge = {
  /**
   * Send it as `after` to get what comes after this product, or as `before` to get what comes before it. Only the same list
   * with the same `filter` accepts it; the size of the page may differ. What it contains may change: do not build or store
   * one.
   */
  cursor: Scalars['String']['output'];
  /** The product itself. */
  node: Product;
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

/** The conditions of a search in the catalogue. A condition that is null filters nothing. */
export type ProductFilter = {
  /** A part of the name: 1 to 100 characters, in any letter case. No character has a special meaning. */
  nameContains?: InputMaybe<Scalars['String']['input']>;
  /** The whole SKU, in capital letters. */
  sku?: InputMaybe<Scalars['String']['input']>;
  /** True gives products of which at least one unit can be bought now. False gives products that are sold out. */
  inStock?: InputMaybe<Scalars['Boolean']['input']>;
};

/** The input of createProduct. */
export type CreateProductInput = {
  /** 1 to 40 characters: A-Z, 0-9, dot, dash or underscore. The first one is a letter or a digit. */
  sku: Scalars['String']['input'];
  /** 1 to 200 characters on one line, without control characters, characters that are invisible, private or not assigned, and more than five marks on one letter. Spaces are stored as single plain ones, in the form NFC. */
  name: Scalars['String']['input'];
  /** At most 5000 characters, without those that `name` may not have; line breaks and tabs are allowed. It may be empty. */
  description: Scalars['String']['input'];
  /** The price of one unit. The amount must be above zero. */
  price: MoneyInput;
  /** The number of units: 0 to 1,000,000. */
  stock: Scalars['Int']['input'];
};

/** The units that one purchase holds, has bought, or has given back. */
export type Reservation = {
  /** The purchase that reserves: a UUID. It has one reservation only. */
  purchaseId: Scalars['PurchaseId']['output'];
  /** What has become of the units. */
  status: ReservationStatus;
  /** The lines of the first reserveStock, in their order. Empty when releaseStock came before any reserveStock. */
  lines: Array<ReservedLine>;
};

/** What has become of a reservation. */
export type ReservationStatus =
  /** The units are subtracted from the stock. They can be sold or given back. */
  | 'HELD'
  /** The units are sold. */
  | 'COMMITTED'
  /** The units were given back or never held. Nothing can be reserved for this purchase again. */
  | 'RELEASED';

/** One product of a reservation. */
export type ReservedLine = {
  /** The product: a UUID. */
  productId: Scalars['ProductId']['output'];
  /** The name of the product when it was reserved. */
  name: Scalars['String']['output'];
  /** The price of one unit when it was reserved. */
  unitPrice: Money;
  /** The number of units. */
  quantity: Scalars['Int']['output'];
};

/** The input of reserveStock. */
export type ReserveStockInput = {
  /** The purchase that reserves: a UUID. */
  purchaseId: Scalars['PurchaseId']['input'];
  /** 1 to 100 lines. Each product occurs once. */
  lines: Array<ReserveStockLineInput>;
};

/** One product of reserveStock. */
export type ReserveStockLineInput = {
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
  Product: Product;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Product:
    ( { __typename: 'Product' }
    & GraphQLRecursivePick<FederationTypes['Product'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  CacheControlScope: CacheControlScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Currency: ResolverTypeWrapper<Scalars['Currency']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Product: ResolverTypeWrapper<ProductRow>;
  ProductConnection: ResolverTypeWrapper<Omit<ProductConnection, 'edges'> & { edges: Array<ResolversTypes['ProductEdge']> }>;
  ProductEdge: ResolverTypeWrapper<Omit<ProductEdge, 'node'> & { node: ResolversTypes['Product'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Money: ResolverTypeWrapper<Money>;
  MoneyInput: MoneyInput;
  ProductFilter: ProductFilter;
  CreateProductInput: CreateProductInput;
  Reservation: ResolverTypeWrapper<ReservationRow>;
  ReservationStatus: ReservationStatus;
  ReservedLine: ResolverTypeWrapper<ReservedLine>;
  ReserveStockInput: ReserveStockInput;
  ReserveStockLineInput: ReserveStockLineInput;
  ProductId: ResolverTypeWrapper<Scalars['ProductId']['output']>;
  PurchaseId: ResolverTypeWrapper<Scalars['PurchaseId']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Currency: Scalars['Currency']['output'];
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Product: ProductRow;
  ProductConnection: Omit<ProductConnection, 'edges'> & { edges: Array<ResolversParentTypes['ProductEdge']> };
  ProductEdge: Omit<ProductEdge, 'node'> & { node: ResolversParentTypes['Product'] };
  PageInfo: PageInfo;
  Money: Money;
  MoneyInput: MoneyInput;
  ProductFilter: ProductFilter;
  CreateProductInput: CreateProductInput;
  Reservation: ReservationRow;
  ReservedLine: ReservedLine;
  ReserveStockInput: ReserveStockInput;
  ReserveStockLineInput: ReserveStockLineInput;
  ProductId: Scalars['ProductId']['output'];
  PurchaseId: Scalars['PurchaseId']['output'];
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
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

export type CacheControlDirectiveArgs = {
  maxAge?: Maybe<Scalars['Int']['input']>;
  scope?: Maybe<CacheControlScope>;
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = RequestContext<Own>, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

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
  product?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<QueryProductArgs, 'id'>>;
  products?: Resolver<Maybe<ResolversTypes['ProductConnection']>, ParentType, ContextType, Partial<QueryProductsArgs>>;
};

export type MutationResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createProduct?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<MutationCreateProductArgs, 'input'>>;
  changePrice?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<MutationChangePriceArgs, 'id' | 'price'>>;
  restock?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<MutationRestockArgs, 'id' | 'quantity'>>;
  discontinue?: Resolver<Maybe<ResolversTypes['Product']>, ParentType, ContextType, RequireFields<MutationDiscontinueArgs, 'id'>>;
  reserveStock?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType, RequireFields<MutationReserveStockArgs, 'input'>>;
  commitStock?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType, RequireFields<MutationCommitStockArgs, 'purchaseId'>>;
  releaseStock?: Resolver<Maybe<ResolversTypes['Reservation']>, ParentType, ContextType, RequireFields<MutationReleaseStockArgs, 'purchaseId'>>;
};

export type ProductResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Product'] = ResolversParentTypes['Product'], FederationReferenceType extends FederationReferenceTypes['Product'] = FederationReferenceTypes['Product']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Product']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ProductId'], ParentType, ContextType>;
  sku?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  price?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  stock?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  discontinuedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type ProductConnectionResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['ProductConnection'] = ResolversParentTypes['ProductConnection']> = {
  edges?: Resolver<Array<ResolversTypes['ProductEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ProductEdgeResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['ProductEdge'] = ResolversParentTypes['ProductEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Product'], ParentType, ContextType>;
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

export type ReservationResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Reservation'] = ResolversParentTypes['Reservation']> = {
  purchaseId?: Resolver<ResolversTypes['PurchaseId'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ReservationStatus'], ParentType, ContextType>;
  lines?: Resolver<Array<ResolversTypes['ReservedLine']>, ParentType, ContextType>;
};

export type ReservedLineResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['ReservedLine'] = ResolversParentTypes['ReservedLine']> = {
  productId?: Resolver<ResolversTypes['ProductId'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext<Own>> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Currency?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Product?: ProductResolvers<ContextType>;
  ProductConnection?: ProductConnectionResolvers<ContextType>;
  ProductEdge?: ProductEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  Reservation?: ReservationResolvers<ContextType>;
  ReservedLine?: ReservedLineResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = RequestContext<Own>> = {
  inaccessible?: InaccessibleDirectiveResolver<any, any, ContextType>;
  shareable?: ShareableDirectiveResolver<any, any, ContextType>;
  override?: OverrideDirectiveResolver<any, any, ContextType>;
  tag?: TagDirectiveResolver<any, any, ContextType>;
  link?: LinkDirectiveResolver<any, any, ContextType>;
  composeDirective?: ComposeDirectiveDirectiveResolver<any, any, ContextType>;
  auth?: AuthDirectiveResolver<any, any, ContextType>;
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
