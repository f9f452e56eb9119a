// Reads from the @link of a subgraph under which names it uses the directives of a specification. A subgraph may import a directive
// under another name, or a whole specification; the composition follows such names, and so must every check of ours.
import { type ConstDirectiveNode, type DocumentNode, Kind, valueFromASTUntyped } from 'graphql';

export const federationSpec = 'https://specs.apollo.dev/federation/';
export const authSpec = 'https://tributary.dev/auth/';

interface Link {
  node: ConstDirectiveNode;
  /** The first part of the names that are not imported. */
  namespace: string;
  /** The names of each directive that is imported, without their @. */
  imports: { name: string; as: string }[];
}

/** Whatever @link itself is called: nothing else on a schema has such a URL. */
function findLinks({ definitions }: DocumentNode, spec: string): Link[] {
  return definitions.flatMap((definition) => {
    const isSchema = definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION;
    return (isSchema ? (definition.directives ?? []) : []).flatMap((node) => {
      const given = readArguments(node);
      const url = given.url ?? given.feature;
      if (typeof url !== 'string' || !URL.parse(url)?.href.startsWith(spec)) return [];
      const namespace = typeof given.as === 'string' ? given.as : getSpecName(spec);
      return [{ node, namespace, imports: [given.import ?? []].flat().flatMap(readImport) }];
    });
  });
}

/** True for a subgraph that links the specification, whatever it imports of it. */
export function hasLink(typeDefs: DocumentNode, spec: string): boolean {
  return findLinks(typeDefs, spec).length > 0;
}

function getSpecName(spec: string): string {
  return spec.split('/').at(-2) ?? '';
}

function readImport(given: unknown): { name: string; as: string }[] {
  const { name, as = name } =
    typeof given === 'string' ? { name: given } : (given as Record<string, unknown>);
  if (typeof name !== 'string' || typeof as !== 'string' || !name.startsWith('@')) return [];
  return [{ name: name.slice(1), as: as.replace(/^@/, '') }];
}

/** The values of the arguments, by their names. */
export function readArguments({
  arguments: given = [],
}: Pick<ConstDirectiveNode, 'arguments'>): Record<string, unknown> {
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

/** The names that a directive of federation has in this subgraph. Its own name is always among them: Federation 1 has no @link. */
export function listFederationNames(typeDefs: DocumentNode, directive: string): ReadonlySet<string> {
  const names = findLinks(typeDefs, federationSpec).flatMap(({ namespace, imports }) => [
    `${namespace}__${directive}`,
    ...imports.flatMap(({ name, as }) => (name === directive ? [as] : [])),
  ]);
  return new Set([directive, `federation__${directive}`, ...names]);
}

/** The @link that give @auth another name, with that name. */
export function findRenamedAuth(typeDefs: DocumentNode): { node: ConstDirectiveNode; as: string }[] {
  return findLinks(typeDefs, authSpec).flatMap(({ node, namespace, imports }) => {
    const imported = imports.flatMap(({ name, as }) => (name === 'auth' ? [as] : []));
    // A directive that is called as its specification has the namespace for its name.
    const names = imported.length > 0 ? imported : [namespace];
    return names.filter((as) => as !== 'auth').map((as) => ({ node, as }));
  });
}
