// What changed between two graphs for those who use them: GraphQL Inspector's comparison of the two API schemas, and one
// thing that it cannot see there, the composed directives, which say who may use a field or what it costs.
import { CriticalityLevel, diff, type Change as Found } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';
import { directivesChanged, getTraits } from './change-types.ts';

export type Level = 'breaking' | 'dangerous' | 'safe';

export interface Change {
  level: Level;
  /** GraphQL Inspector's type of the change, or `directivesChanged`: change-types.ts knows them all. */
  type: string;
  /** What changed: "Account", "Account.name", "Query.product.id", "Role.STAFF", "@skip". */
  coordinate: string;
  /** One line. */
  says: string;
  /** The type that a union lost or gained, or whose interface changed. */
  member?: string;
  /** The union that gained the member, or the interface that the type newly implements. */
  abstractType?: string;
}

export interface Graph {
  apiSchema: GraphQLSchema;
  /** By field. */
  directives: ReadonlyMap<string, readonly string[]>;
}

const levels: Readonly<Record<CriticalityLevel, Level>> = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
};

/** Every change, the worst first, each group by coordinate. */
export async function changesBetween(base: Graph, candidate: Graph): Promise<Change[]> {
  const found = await diff(base.apiSchema, candidate.apiSchema);
  const fresh = new Set(found.filter(isAddition).map(({ path = '' }) => path));
  const changes = [
    ...found.filter((change) => !repeatsDeprecation(change) && !belongsTo(fresh, change)).map(changeOf),
    ...directiveChanges(base, candidate),
  ];
  const order: readonly Level[] = ['breaking', 'dangerous', 'safe'];
  return changes.sort(
    (one, other) =>
      order.indexOf(one.level) - order.indexOf(other.level) ||
      one.coordinate.localeCompare(other.coordinate) ||
      one.says.localeCompare(other.says),
  );
}

function isAddition({ type }: Found): boolean {
  return getTraits(type).isAddition === true;
}

/** What a new type or field consists of is not news of its own. */
function belongsTo(fresh: ReadonlySet<string>, change: Found): boolean {
  const { path = '' } = change;
  const owner = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  return fresh.has(owner) || (fresh.has(path) && !isAddition(change));
}

/** The inspector lists a deprecation twice: as such, and as a directive. */
function repeatsDeprecation({ type, path = '' }: Found): boolean {
  return path.includes('@deprecated') && getTraits(type).isDirectiveUsage === true;
}

function changeOf({ type, path = '', message, meta, criticality }: Found): Change {
  const member: unknown =
    meta.removedUnionMemberTypeName ?? meta.addedUnionMemberTypeName ?? meta.objectTypeName;
  const abstractType: unknown = meta.addedInterfaceName ?? meta.unionName;
  return {
    level: levels[criticality.level],
    type,
    coordinate: path.replace(/\.@.*$/, ''),
    says: sentenceOf(type, message),
    ...(typeof member === 'string' ? { member } : {}),
    ...(typeof abstractType === 'string' ? { abstractType } : {}),
  };
}

/** Descriptions are pages long and change nothing: that they changed is enough. */
function sentenceOf(type: string, message: string): string {
  const { description } = getTraits(type);
  if (description !== undefined) return `the description ${description}`;
  const line = message.replaceAll(/\s+/g, ' ').replaceAll("'", '"');
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}

/** Fields that both graphs show to clients. */
function directiveChanges(base: Graph, candidate: Graph): Change[] {
  return [...new Set([...base.directives.keys(), ...candidate.directives.keys()])].flatMap((coordinate) => {
    const [type = '', field = ''] = coordinate.split('.');
    if (![base, candidate].every(({ apiSchema }) => hasField(apiSchema, type, field))) return [];
    const [before, after] = [base, candidate].map(({ directives }) => directives.get(coordinate) ?? []);
    const gone = (before ?? []).filter((text) => !after?.includes(text)).map((text) => `no longer ${text}`);
    const fresh = (after ?? []).filter((text) => !before?.includes(text)).map((text) => `now ${text}`);
    const says = [...gone, ...fresh].join(', ');
    if (says === '') return [];
    return [{ level: 'dangerous' as const, type: directivesChanged, coordinate, says }];
  });
}

function hasField(schema: GraphQLSchema, type: string, field: string): boolean {
  const found = schema.getType(type);
  return found !== undefined && 'getFields' in found && field in found.getFields();
}
