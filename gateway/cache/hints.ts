// What @cacheControl says of one field, by Apollo's published rules: the field's own hint before that of its type; a root
// field or an object without any may be kept for no time; scalars are as their object. Stricter in two things. What may come
// as one of many types has the hints of all of them. And nobody speaks for another's field: that a product may be kept does
// not say that those which a field of some subgraph leads to are the same for everybody.
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
import { type Annotation, annotationOf, hasHint, isHint, silent } from './cache-control-directive.ts';
import { isSpokenFor } from './hint-owners.ts';

/** What a part of an answer allows. */
export interface Hint {
  /** Seconds it may be kept; undefined where the object around it decides. */
  maxAge: number | undefined;
  isPrivate: boolean;
  /** False where nobody said whose it is. */
  isStated: boolean;
}

/** Of what may be kept by nobody. */
export const nobodys: Hint = Object.freeze({ maxAge: 0, isPrivate: true, isStated: false });

/** False for a graph in which nothing could be kept. */
export function hasHints(schema: GraphQLSchema): boolean {
  return Object.values(schema.getTypeMap()).some((type) => {
    if (type.astNode?.directives?.some(isHint)) return true;
    if (!isObjectType(type) && !isInterfaceType(type)) return false;
    return Object.values(type.getFields()).some(hasHint);
  });
}

export function hintOfField(
  schema: GraphQLSchema,
  parent: GraphQLObjectType | GraphQLInterfaceType,
  field: GraphQLField<unknown, unknown>,
): Hint {
  // Who asks matters where it is asked.
  if (field.astNode?.directives?.some(({ name }) => name.value === 'auth')) return nobodys;
  const isRoot = parent === schema.getQueryType();
  const own = annotationOf(field.astNode?.directives);
  const hints = typesOf(schema, getNamedType(field.type)).map((type) => {
    const isObject = isCompositeType(type);
    const both = combined(own, annotationOf(type.astNode?.directives));
    const { maxAge = isRoot || (isObject && !both.inheritMaxAge) ? 0 : undefined, scope } = both;
    // An age of 0 is also how people say "leave it alone": without PUBLIC beside it, it does not mean everybody's.
    const says = own.maxAge !== 0 || own.scope !== undefined;
    const isStated = own !== silent ? says : !isRoot && !isObject && isSpokenFor(parent, field);
    return { maxAge, isPrivate: scope === 'PRIVATE', isStated };
  });
  return hints.reduce(strictest);
}

/** Of an entity that a fetch names by its key: whose it is, its type says. */
export function hintOfEntity(schema: GraphQLSchema, type: GraphQLNamedType): Hint {
  return typesOf(schema, type)
    .map((target): Hint => {
      const { maxAge = 0, scope } = annotationOf(target.astNode?.directives);
      return { maxAge, isPrivate: scope === 'PRIVATE', isStated: maxAge > 0 || scope !== undefined };
    })
    .reduce(strictest);
}

/** The shortest age; private when one of them is, stated when all are. */
export function strictest(one: Hint, other: Hint): Hint {
  const ages = [one.maxAge, other.maxAge].filter((age) => age !== undefined);
  return {
    maxAge: ages.length === 0 ? undefined : Math.min(...ages),
    isPrivate: one.isPrivate || other.isPrivate,
    isStated: one.isStated && other.isStated,
  };
}

/** A field's own words count, but "as around it" gives way to an age that the type states. */
function combined(own: Annotation, ofType: Annotation): Annotation {
  if (!own.inheritMaxAge || ofType.maxAge !== undefined) return { ...ofType, ...own };
  const scope = own.scope ?? ofType.scope;
  return { inheritMaxAge: true, ...(scope === undefined ? {} : { scope }) };
}

/** A type, and whatever may come in its place. */
function typesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLNamedType[] {
  return isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
}
