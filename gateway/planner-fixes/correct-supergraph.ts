// Corrects the SDL of a supergraph before Apollo's planner reads it, and says what later corrections must know of it. A supergraph
// that needs no correction keeps its SDL to the letter.
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  type SchemaDefinitionNode,
} from 'graphql';
import {
  directivesNamed,
  type FieldsType,
  getFieldsTypes,
  getSubgraphNames,
  replaceTypes,
  stringArgument,
} from '../supergraph/join-directives.ts';
import { correctKeys } from './correct-keys.ts';
import { correctRequires } from './correct-requires.ts';
import type { RequiredStandIns, StandIn } from './required-stand-ins.ts';
import { findUnimplementedInterfaces } from './unimplemented-interfaces.ts';

export interface CorrectedSupergraph {
  sdl: string;
  /** By name. */
  standIns: ReadonlyMap<string, StandIn>;
  /** The stand-ins that a field requires, by the name of its subgraph, then by "Type.field". */
  requiredStandIns: ReadonlyMap<string, ReadonlyMap<string, RequiredStandIns>>;
  /** The names of the subgraphs that have a field with a stand-in. */
  subgraphsWithStandIns: ReadonlySet<string>;
  /** Interfaces whose fields a plan may leave out although the client selects them. */
  unimplementedInterfaces: ReadonlySet<string>;
}

export function correctSupergraph(sdl: string): CorrectedSupergraph {
  const document = parse(sdl, { noLocation: true });
  const original = getFieldsTypes(document);
  const keys = correctKeys(original);
  const requires = correctRequires(new Map([...original, ...keys]), buildInaccessibleDirective(document));
  const changed = new Map([...keys, ...requires.types]);
  const types = new Map([...original, ...changed]);
  const names = getSubgraphNames(document);
  return {
    sdl:
      changed.size === 0
        ? sdl
        : print(
            requires.standIns.size > 0
              ? linkInaccessible(replaceTypes(document, changed))
              : replaceTypes(document, changed),
          ),
    standIns: requires.standIns,
    requiredStandIns: new Map(
      [...requires.requiredStandIns].map(([graph, required]) => [names.get(graph) ?? graph, required]),
    ),
    subgraphsWithStandIns: new Set(
      findGraphsWithStandIns(types, requires.standIns).map((graph) => names.get(graph) ?? graph),
    ),
    unimplementedInterfaces: findUnimplementedInterfaces(types),
  };
}

/** A field without @join__field is in every subgraph that has its type. */
function findGraphsWithStandIns(
  types: ReadonlyMap<string, FieldsType>,
  standIns: ReadonlyMap<string, StandIn>,
): string[] {
  return [...types.values()].flatMap((type) =>
    (type.fields ?? []).flatMap((field) => {
      if (!standIns.has(field.name.value)) return [];
      const own = directivesNamed(field, 'join__field');
      return (own.length > 0 ? own : directivesNamed(type, 'join__type')).flatMap(
        (join) => stringArgument(join, 'graph') ?? [],
      );
    }),
  );
}

const inaccessibleUrl = 'https://specs.apollo.dev/inaccessible/v0.2';

const inaccessibleDefinition = `directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR
  | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`;

function getSchemaLinks(document: DocumentNode): {
  schema: SchemaDefinitionNode | undefined;
  links: ConstDirectiveNode[];
} {
  const schema = document.definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION);
  return { schema, links: schema?.directives?.filter(({ name }) => name.value === 'link') ?? [] };
}

function findInaccessibleLink(document: DocumentNode): ConstDirectiveNode | undefined {
  return getSchemaLinks(document).links.find((link) =>
    /\/inaccessible\/v/.test(stringArgument(link, 'url') ?? ''),
  );
}

function buildInaccessibleDirective(document: DocumentNode): ConstDirectiveNode {
  const link = findInaccessibleLink(document);
  const name = (link && stringArgument(link, 'as')) ?? 'inaccessible';
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name } };
}

/** Adds @inaccessible, which hides fields from clients, where no subgraph uses it. */
function linkInaccessible(document: DocumentNode): DocumentNode {
  if (findInaccessibleLink(document) !== undefined) return document;
  const { schema } = getSchemaLinks(document);
  const added = parse(
    `schema @link(url: "${inaccessibleUrl}", for: SECURITY) { query: Query } ${inaccessibleDefinition}`,
    {
      noLocation: true,
    },
  ).definitions;
  const [linked, directive] = added as [SchemaDefinitionNode, (typeof added)[number]];
  const definitions = document.definitions.map((node) =>
    node === schema
      ? { ...schema, directives: [...(schema.directives ?? []), ...(linked.directives ?? [])] }
      : node,
  );
  return { ...document, definitions: [...definitions, directive] };
}
