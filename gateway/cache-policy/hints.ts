// The cache hint of one field, by Apollo's published rules: the field's @cacheControl comes before that of its type; a root
// field or an object without a hint is not cached; scalars follow their object. The gateway is stricter in two points. A field
// of an abstract type has the hints of all possible types. And a type's hint says nothing about other subgraphs' fields of that
// type: that products may be cached does not mean that a field which chooses products chooses the same ones for every viewer.
import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import {
  type CacheControl,
  hasHint,
  isCacheControl,
  noCacheControl,
  parseCacheControl,
} from './cache-control-directive.ts';
import { isCoveredByTypeHint } from './hint-owners.ts';

/** What a part of a response allows. */
export interface Hint {
  /** For how many seconds it may be cached; undefined where the parent object decides. */
  maxAge: number | undefined;
  isPrivate: boolean;
  /** False where no subgraph has said whether it depends on the viewer. */
  isStated: boolean;
}

/** The hint of what no cache may keep. */
export const uncacheable: Hint = Object.freeze({ maxAge: 0, isPrivate: true, isStated: false });

/** False for a graph without any @cacheControl: none of its responses can be cached. */
export function hasHints(schema: GraphQLSchema): boolean {
  return Object.values(schema.getTypeMap()).some((type) => {
    if (type.astNode?.directives?.some(isCacheControl)) return true;
    if (!isObjectType(type) && !isInterfaceType(type)) return false;
    return Object.values(type.getFields()).some(hasHint);
  });
}

export function getFieldHint(
  schema: GraphQLSchema,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): Hint {
  // A field with @auth depends on the viewer.
  if (field.astNode?.directives?.some(({ name }) => name.value === 'auth')) return uncacheable;
  const isRoot = parent === schema.getQueryType();
  const own = parseCacheControl(field.astNode?.directives);
  const hints = listPossibleTypes(schema, getNamedType(field.type)).map((type) => {
    const isObject = isCompositeType(type);
    const both = mergeWithType(own, parseCacheControl(type.astNode?.directives));
    const { maxAge = isRoot || (isObject && !both.inheritMaxAge) ? 0 : undefined, scope } = both;
    // Authors also write maxAge: 0 to forbid caching: without a scope beside it, it does not state that the field is public.
    const statesScope = own.maxAge !== 0 || own.scope !== undefined;
    const isStated =
      own !== noCacheControl ? statesScope : !isRoot && !isObject && isCoveredByTypeHint(parent, field);
    return { maxAge, isPrivate: scope === 'PRIVATE', isStated };
  });
  return hints.reduce(pickStrictest);
}

/** For an entity that a fetch looks up by its key: only its type can have a hint. */
export function getEntityHint(schema: GraphQLSchema, type: GraphQLNamedType): Hint {
  return listPossibleTypes(schema, type)
    .map((target): Hint => {
      const { maxAge = 0, scope } = parseCacheControl(target.astNode?.directives);
      return { maxAge, isPrivate: scope === 'PRIVATE', isStated: maxAge > 0 || scope !== undefined };
    })
    .reduce(pickStrictest);
}

/** The shorter age of both; private when either is, stated when both are. */
export function pickStrictest(one: Hint, other: Hint): Hint {
  const ages = [one.maxAge, other.maxAge].filter((age) => age !== undefined);
  return {
    maxAge: ages.length === 0 ? undefined : Math.min(...ages),
    isPrivate: one.isPrivate || other.isPrivate,
    isStated: one.isStated && other.isStated,
  };
}

/** The field's arguments come before its type's, but a type's maxAge comes before `inheritMaxAge` of the field. */
function mergeWithType(own: CacheControl, ofType: CacheControl): CacheControl {
  if (!own.inheritMaxAge || ofType.maxAge !== undefined) return { ...ofType, ...own };
  const scope = own.scope ?? ofType.scope;
  return { inheritMaxAge: true, ...(scope === undefined ? {} : { scope }) };
}

/** The type itself, and the possible types of an abstract one. */
function listPossibleTypes(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  return isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
}
