// Generated from schema.graphql by `npm run generate`. Do not edit.
import type { Own } from './own.ts';
import type { AccountId, SessionId, SessionToken, Unparsed, UnparsedKeys } from '../../platform/values/ids.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { AccountRow } from './account.ts';
import type { SessionRow } from './session.ts';
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
  AccountId: { input: Unparsed<AccountId>; output: AccountId; }
  SessionToken: { input: Unparsed<SessionToken>; output: SessionToken; }
  SessionId: { input: Unparsed<SessionId>; output: SessionId; }
};

export type Query = {
  /** The account that is signed in. Null for an anonymous caller, and UNAUTHENTICATED for a token whose session has ended. */
  me?: Maybe<Account>;
  /** One account, for staff. Null when there is no such account. Refusals: BAD_USER_INPUT (`id` is not a UUID). */
  account?: Maybe<Account>;
  /**
   * All accounts, for staff, newest first.
   *
   * Refusals: BAD_USER_INPUT (`first` or `last` is out of range, or both are given; `after` or `before` is not a cursor of
   * this list with this filter; or the filter is malformed).
   */
  accounts?: Maybe<AccountConnection>;
  /** For the gateway only: the session of a token. Null when the token is unknown, expired or revoked. */
  sessionByToken?: Maybe<SessionIdentity>;
};


export type QueryAccountArgs = {
  id: Scalars['AccountId']['input'];
};


export type QueryAccountsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<AccountFilter>;
};


export type QuerySessionByTokenArgs = {
  token: Scalars['SessionToken']['input'];
};

export type Mutation = {
  /**
   * Opens an account with the role CUSTOMER. It does not sign the account in: call createSession afterwards.
   *
   * Refusals: EMAIL_INVALID, EMAIL_IN_USE (in any letter case), NAME_INVALID, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG,
   * PASSWORD_PUBLIC (as for createSession), TOO_MANY_ATTEMPTS (too many new accounts from one IP address), OVERLOADED (too many
   * sign-ins at this moment). The last two tell when to try again, as for createSession.
   */
  createAccount?: Maybe<Account>;
  /**
   * Signs an account in. The answer takes equally long for an unknown email address and for a wrong password.
   *
   * Refusals: CREDENTIALS_WRONG, TOO_MANY_ATTEMPTS (too many from one IP address, or for one email address, whether it has
   * an account or not), PASSWORD_PUBLIC (the password of the demo accounts
   * is public, and opens nothing in production and where other machines may reach the graph), OVERLOADED (too
   * many sign-ins at this moment). For TOO_MANY_ATTEMPTS and OVERLOADED, `extensions.retryAfter` and the header Retry-After have
   * the seconds after which to try again.
   */
  createSession?: Maybe<CreatedSession>;
  /**
   * Ends one of your own sessions at once. Returns the id of the session, also when the session had ended before.
   *
   * Refusals: SESSION_NOT_FOUND.
   */
  revokeSession?: Maybe<Scalars['SessionId']['output']>;
  /** Ends all your sessions, including this one. Returns how many of them were still open. */
  revokeAllSessions?: Maybe<Scalars['Int']['output']>;
  /**
   * Sets a new password for your account and ends all your other sessions.
   *
   * Refusals: CREDENTIALS_WRONG (`currentPassword` is wrong), TOO_MANY_ATTEMPTS (as for createSession), PASSWORD_TOO_SHORT,
   * PASSWORD_TOO_LONG, PASSWORD_PUBLIC (as for createSession, of `newPassword`), OVERLOADED (too many sign-ins at
   * this moment).
   */
  changePassword?: Maybe<Account>;
  /**
   * Gives an account exactly these roles, and takes all others away. They apply from the account's next request on.
   *
   * Refusals: ACCOUNT_NOT_FOUND.
   */
  changeRoles?: Maybe<Account>;
};


export type MutationCreateAccountArgs = {
  input: CreateAccountInput;
};


export type MutationCreateSessionArgs = {
  input: CreateSessionInput;
};


export type MutationRevokeSessionArgs = {
  id: Scalars['SessionId']['input'];
};


export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


export type MutationChangeRolesArgs = {
  accountId: Scalars['AccountId']['input'];
  roles: Array<Role>;
};

/** A person who can sign in. An account is visible to itself and to staff, and null for all other callers. */
export type Account = {
  /** The id of the account: a UUID, the same in all of the graph. */
  id: Scalars['AccountId']['output'];
  /** The email address as it was given when the account was opened. It belongs to one account only, in any letter case. */
  email: Scalars['String']['output'];
  /** The name of the person: 1 to 100 characters. */
  name: Scalars['String']['output'];
  /** What the account may do. Each account has the role CUSTOMER at first. */
  roles: Array<Role>;
  /** When the account was opened. */
  createdAt: Scalars['DateTime']['output'];
  /** The open sessions, newest first. An account has at most 100: a new session then replaces the oldest one. */
  sessions: Array<Session>;
};

/** A page of accounts. It has no id: it belongs to the arguments of the list. */
export type AccountConnection = {
  /** The accounts of the page, in the order of the list. */
  edges: Array<AccountEdge>;
  /** Where the page lies in the list. */
  pageInfo: PageInfo;
};

/** An account of a page, with its cursor. It has no id: it belongs to its page. */
export type AccountEdge = {
  /**
   * Send it as `after` to get what comes after this account, or as `before` to get what comes before it. Only the same list
   * with the same `filter` accepts it; the size of the page may differ. What it contains may change: do not build or store
   * one.
   */
  cursor: Scalars['String']['output'];
  /** The account itself. */
  node: Account;
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

/** What an account may do. */
export type Role =
  /** A customer may buy. */
  | 'CUSTOMER'
  /** Staff may change the catalogue, refund payments and see all accounts. */
  | 'STAFF';

/** A session in which an account is signed in. Its token is shown only once, when the session is created. */
export type Session = {
  /** The id of the session: a UUID. It is not the token, and opens nothing. */
  id: Scalars['SessionId']['output'];
  /** When the account signed in. */
  createdAt: Scalars['DateTime']['output'];
  /** When the session ends by itself. From then on its token opens nothing. */
  expiresAt: Scalars['DateTime']['output'];
  /** True for the session whose token this request was sent with. */
  isCurrent: Scalars['Boolean']['output'];
};

/** What createSession returns. It has no id: it exists in this response only, and `session` and `account` have theirs. */
export type CreatedSession = {
  /**
   * The token of the session. Send it with each request, as the header `Authorization: Bearer <token>`. The server stores only
   * its hash, so it cannot be shown again.
   */
  token: Scalars['SessionToken']['output'];
  /** The session that was opened. */
  session: Session;
  /** The account that is signed in now. */
  account: Account;
};

/** The account and session that a token stands for, as the gateway needs them. */
export type SessionIdentity = {
  /** The account that is signed in. */
  accountId: Scalars['AccountId']['output'];
  /** The session of the token. */
  sessionId: Scalars['SessionId']['output'];
  /** The roles that the account has now. */
  roles: Array<Role>;
};

/** The conditions of a search among the accounts. A condition that is null filters nothing. */
export type AccountFilter = {
  /** The whole email address, in any letter case: 1 to 254 characters. Spaces around it are removed. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** Only accounts that have this role, alone or with others. */
  role?: InputMaybe<Role>;
  /** Only those that were opened at this time or later. It must be before `createdBefore`. */
  createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only those that were opened before this time. */
  createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
};

/** The input of createAccount. */
export type CreateAccountInput = {
  /** An email address of at most 254 characters, without control characters, characters that are invisible, private or not assigned, repeated marks on one letter, and compatibility forms of Unicode. Spaces around it are removed; it is stored in the form NFC. */
  email: Scalars['String']['input'];
  /** 1 to 100 characters, without control characters, characters that are invisible, private or not assigned, and more than five marks on one letter. Spaces around it are removed, and those within are stored as single plain ones, in the form NFC. */
  name: Scalars['String']['input'];
  /** 12 to 256 characters. All characters are allowed (NIST SP 800-63B). */
  password: Scalars['String']['input'];
};

/** The input of createSession. */
export type CreateSessionInput = {
  /** The email address of the account, in any letter case. */
  email: Scalars['String']['input'];
  /** The password of the account. */
  password: Scalars['String']['input'];
};

/** The input of changePassword. */
export type ChangePasswordInput = {
  /** The password that the account has now. */
  currentPassword: Scalars['String']['input'];
  /** 12 to 256 characters. All characters are allowed. */
  newPassword: Scalars['String']['input'];
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
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Account:
    ( { __typename: 'Account' }
    & GraphQLRecursivePick<FederationTypes['Account'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Account: ResolverTypeWrapper<AccountRow>;
  AccountConnection: ResolverTypeWrapper<Omit<AccountConnection, 'edges'> & { edges: Array<ResolversTypes['AccountEdge']> }>;
  AccountEdge: ResolverTypeWrapper<Omit<AccountEdge, 'node'> & { node: ResolversTypes['Account'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Role: Role;
  Session: ResolverTypeWrapper<SessionRow>;
  CreatedSession: ResolverTypeWrapper<Omit<CreatedSession, 'session' | 'account'> & { session: ResolversTypes['Session'], account: ResolversTypes['Account'] }>;
  SessionIdentity: ResolverTypeWrapper<SessionIdentity>;
  AccountFilter: AccountFilter;
  CreateAccountInput: CreateAccountInput;
  CreateSessionInput: CreateSessionInput;
  ChangePasswordInput: ChangePasswordInput;
  AccountId: ResolverTypeWrapper<Scalars['AccountId']['output']>;
  SessionToken: ResolverTypeWrapper<Scalars['SessionToken']['output']>;
  SessionId: ResolverTypeWrapper<Scalars['SessionId']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Query: Record<PropertyKey, never>;
  Int: Scalars['Int']['output'];
  Mutation: Record<PropertyKey, never>;
  Account: AccountRow;
  AccountConnection: Omit<AccountConnection, 'edges'> & { edges: Array<ResolversParentTypes['AccountEdge']> };
  AccountEdge: Omit<AccountEdge, 'node'> & { node: ResolversParentTypes['Account'] };
  PageInfo: PageInfo;
  Session: SessionRow;
  CreatedSession: Omit<CreatedSession, 'session' | 'account'> & { session: ResolversParentTypes['Session'], account: ResolversParentTypes['Account'] };
  SessionIdentity: SessionIdentity;
  AccountFilter: AccountFilter;
  CreateAccountInput: CreateAccountInput;
  CreateSessionInput: CreateSessionInput;
  ChangePasswordInput: ChangePasswordInput;
  AccountId: Scalars['AccountId']['output'];
  SessionToken: Scalars['SessionToken']['output'];
  SessionId: Scalars['SessionId']['output'];
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

export type QueryResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  me?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType>;
  account?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<QueryAccountArgs, 'id'>>;
  accounts?: Resolver<Maybe<ResolversTypes['AccountConnection']>, ParentType, ContextType, Partial<QueryAccountsArgs>>;
  sessionByToken?: Resolver<Maybe<ResolversTypes['SessionIdentity']>, ParentType, ContextType, RequireFields<QuerySessionByTokenArgs, 'token'>>;
};

export type MutationResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createAccount?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<MutationCreateAccountArgs, 'input'>>;
  createSession?: Resolver<Maybe<ResolversTypes['CreatedSession']>, ParentType, ContextType, RequireFields<MutationCreateSessionArgs, 'input'>>;
  revokeSession?: Resolver<Maybe<ResolversTypes['SessionId']>, ParentType, ContextType, RequireFields<MutationRevokeSessionArgs, 'id'>>;
  revokeAllSessions?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  changePassword?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  changeRoles?: Resolver<Maybe<ResolversTypes['Account']>, ParentType, ContextType, RequireFields<MutationChangeRolesArgs, 'accountId' | 'roles'>>;
};

export type AccountResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Account'] = ResolversParentTypes['Account'], FederationReferenceType extends FederationReferenceTypes['Account'] = FederationReferenceTypes['Account']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Account']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['AccountId'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  sessions?: Resolver<Array<ResolversTypes['Session']>, ParentType, ContextType>;
};

export type AccountConnectionResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['AccountConnection'] = ResolversParentTypes['AccountConnection']> = {
  edges?: Resolver<Array<ResolversTypes['AccountEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AccountEdgeResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['AccountEdge'] = ResolversParentTypes['AccountEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type SessionResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  id?: Resolver<ResolversTypes['SessionId'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CreatedSessionResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['CreatedSession'] = ResolversParentTypes['CreatedSession']> = {
  token?: Resolver<ResolversTypes['SessionToken'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  account?: Resolver<ResolversTypes['Account'], ParentType, ContextType>;
};

export type SessionIdentityResolvers<ContextType = RequestContext<Own>, ParentType extends ResolversParentTypes['SessionIdentity'] = ResolversParentTypes['SessionIdentity']> = {
  accountId?: Resolver<ResolversTypes['AccountId'], ParentType, ContextType>;
  sessionId?: Resolver<ResolversTypes['SessionId'], ParentType, ContextType>;
  roles?: Resolver<Array<ResolversTypes['Role']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = RequestContext<Own>> = {
  DateTime?: GraphQLScalarType;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Account?: AccountResolvers<ContextType>;
  AccountConnection?: AccountConnectionResolvers<ContextType>;
  AccountEdge?: AccountEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  CreatedSession?: CreatedSessionResolvers<ContextType>;
  SessionIdentity?: SessionIdentityResolvers<ContextType>;
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
