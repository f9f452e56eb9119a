// The supergraph's SDL as the engine should get it, and what has to be known of it later to correct what the engine does. A
// supergraph that needs nothing stays as it is, to the letter.
import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  type SchemaDefinitionNode,
} from 'graphql';
import {
  type Composite,
  compositesOf,
  directivesNamed,
  stringArgument,
  subgraphNames,
  withComposites,
} from '../supergraph/join-directives.ts';
import { correctKeys } from './correct-keys.ts';
import { correctRequires, type Needs, type StandIn } from './correct-requires.ts';
import { hollowInterfaces } from './unimplemented-interfaces.ts';

export interface Corrected {
  sdl: string;
  /** Fields that stand for others with arguments, by their name. */
  standIns: ReadonlyMap<string, StandIn>;
  /** The stand-ins that a field needs, by the name of its subgraph, then by "Type.field". */
  needs: ReadonlyMap<string, ReadonlyMap<string, Needs>>;
  /** Subgraphs that have a field for which another one stands in. */
  subgraphs: ReadonlySet<string>;
  /** Interfaces below which plans may leave out what the client asks for. */
  hollowInterfaces: ReadonlySet<string>;
}

export function correctSupergraph(sdl: string): Corrected {
  const document = parse(sdl, { noLocation: true });
  const given = compositesOf(document);
  const keys = correctKeys(given);
  const requires = correctRequires(new Map([...given, ...keys]), hiddenDirective(document));
  const changed = new Map([...keys, ...requires.types]);
  const types = new Map([...given, ...changed]);
  const names = subgraphNames(document);
  return {
    sdl:
      changed.size === 0
        ? sdl
        : print(ableToHide(withComposites(document, changed), requires.standIns.size > 0)),
    standIns: requires.standIns,
    needs: new Map([...requires.needs].map(([graph, needs]) => [names.get(graph) ?? graph, needs])),
    subgraphs: new Set(graphsWith(types, requires.standIns).map((graph) => names.get(graph) ?? graph)),
    hollowInterfaces: hollowInterfaces(types),
  };
}

/** Where a type has no @join__field for a field, every subgraph that has the type has the field. */
function graphsWith(types: ReadonlyMap<string, Composite>, standIns: ReadonlyMap<string, StandIn>): string[] {
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

const definition = `directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR
  | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`;

function schemaLinks(document: DocumentNode): {
  schema: SchemaDefinitionNode | undefined;
  links: ConstDirectiveNode[];
} {
  const schema = document.definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION);
  return { schema, links: schema?.directives?.filter(({ name }) => name.value === 'link') ?? [] };
}

function inaccessibleLink(document: DocumentNode): ConstDirectiveNode | undefined {
  return schemaLinks(document).links.find((link) =>
    /\/inaccessible\/v/.test(stringArgument(link, 'url') ?? ''),
  );
}

function hiddenDirective(document: DocumentNode): ConstDirectiveNode {
  const link = inaccessibleLink(document);
  const name = (link && stringArgument(link, 'as')) ?? 'inaccessible';
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name } };
}

/** Adds the directive that hides fields from clients, where no subgraph uses it. */
function ableToHide(document: DocumentNode, isNeeded: boolean): DocumentNode {
  if (!isNeeded || inaccessibleLink(document) !== undefined) return document;
  const { schema } = schemaLinks(document);
  const added = parse(
    `schema @link(url: "${inaccessibleUrl}", for: SECURITY) { query: Query } ${definition}`,
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
