// The changes between two graphs that clients may notice: GraphQL Inspector's comparison of the two API schemas, and changes of
// composed directives, which are not in an API schema and say who may use a field or what it costs.
import { CriticalityLevel, diff, type Change as Found } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import { directivesChanged, getTraits } from './change-types.ts';

export type Level = 'breaking' | 'dangerous' | 'safe';

export interface Change {
  level: Level;
  /** GraphQL Inspector's type of the change, or `directivesChanged`: change-types.ts knows them all. */
  type: string;
  /** The changed element: "Account", "Account.name", "Query.product.id", "Role.STAFF", "@skip". */
  coordinate: string;
  /** One line. */
  message: string;
  /** The type that a union lost or gained, or that lost or gained an interface. */
  member?: string;
  /** The union that gained the member, or the interface that the type newly implements. */
  abstractType?: string;
}

export interface ClientView {
  apiSchema: GraphQLSchema;
  /** By field: its composed directives, printed. */
  directives: ReadonlyMap<string, readonly string[]>;
}

const levels: Readonly<Record<CriticalityLevel, Level>> = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
};

/** Every change, ordered by level and coordinate, breaking changes first. */
export async function findChanges(base: ClientView, candidate: ClientView): Promise<Change[]> {
  const found = await diff(base.apiSchema, candidate.apiSchema);
  const added = new Set(found.filter(isAddition).map(({ path = '' }) => path));
  const changes = [
    ...found
      .filter((change) => !repeatsDeprecation(change) && !isPartOfAddition(added, change))
      .map(toChange),
    ...findDirectiveChanges(base, candidate),
  ];
  const order: readonly Level[] = ['breaking', 'dangerous', 'safe'];
  return changes.sort(
    (one, other) =>
      order.indexOf(one.level) - order.indexOf(other.level) ||
      one.coordinate.localeCompare(other.coordinate) ||
      one.message.localeCompare(other.message),
  );
}

function isAddition({ type }: Found): boolean {
  return getTraits(type).isAddition === true;
}

/** True for a part of a new type or field: only the type or field itself is reported. */
function isPartOfAddition(added: ReadonlySet<string>, change: Found): boolean {
  const { path = '' } = change;
  const owner = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return added.has(owner) || (added.has(path) && !isAddition(change));
}

/** GraphQL Inspector reports a deprecation twice: as a deprecation and as a directive. */
function repeatsDeprecation({ type, path = '' }: Found): boolean {
  return path.includes('@deprecated') && getTraits(type).isDirectiveUsage === true;
}

function toChange({ type, path = '', message, meta, criticality }: Found): Change {
  const member: unknown =
    meta.removedUnionMemberTypeName ?? meta.addedUnionMemberTypeName ?? meta.objectTypeName;
  const abstractType: unknown = meta.addedInterfaceName ?? meta.unionName;
  return {
    level: levels[criticality.level],
    type,
    coordinate: path.replace(/\.@.*$/, ''),
    message: describeChange(type, message),
    ...(typeof member === 'string' ? { member } : {}),
    ...(typeof abstractType === 'string' ? { abstractType } : {}),
  };
}

/** A description may be pages long and changes no behaviour: the report only says that it changed. */
function describeChange(type: string, message: string): string {
  const { description } = getTraits(type);
  if (description !== undefined) return `the description ${description}`;
  const line = message.replaceAll(/\s+/g, ' ').replaceAll("'", '"');
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}

/** Changes of composed directives on fields that both graphs show to clients. */
function findDirectiveChanges(base: ClientView, candidate: ClientView): Change[] {
  return [...new Set([...base.directives.keys(), ...candidate.directives.keys()])].flatMap((coordinate) => {
    const [type = '', field = ''] = coordinate.split('.');
    if (![base, candidate].every(({ apiSchema }) => hasField(apiSchema, type, field))) return [];
    const [before, after] = [base, candidate].map(({ directives }) => directives.get(coordinate) ?? []);
    const gone = (before ?? []).filter((text) => !after?.includes(text)).map((text) => `no longer ${text}`);
    const added = (after ?? []).filter((text) => !before?.includes(text)).map((text) => `now ${text}`);
    const message = [...gone, ...added].join(', ');
    if (message === '') return [];
    return [{ level: 'dangerous' as const, type: directivesChanged, coordinate, message }];
  });
}

function hasField(schema: GraphQLSchema, type: string, field: string): boolean {
  const found = schema.getType(type);
  return found !== undefined && 'getFields' in found && field in found.getFields();
}
