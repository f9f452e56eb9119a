// The text of resolvers.generated.ts: the types of a subgraph's resolvers, from its SDL.
// A GraphQL type is bound to its row by name: type PurchaseLine → PurchaseLineRow in subgraphs/purchases/purchase-line.ts, if that exists;
// an entity without a row here is a stub, { id }. Clients see ID everywhere; in the generated types each field, argument and
// input field has the type of its id (id-types.ts): what a subgraph answers is an AccountId, say, and what a caller sends is
// Unparsed<AccountId>.
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { type DocumentNode, Kind, parse } from 'graphql';
import { loadIdFields } from '../../subgraphs/load.ts';
import {
  type BrandedSdl,
  brandIds,
  findIdFieldProblems,
  type IdTypes,
  importIdTypes,
  readIdTypes,
} from './id-types.ts';

/** The federation definitions that @link imports. The generator reads plain GraphQL and does not know them. */
const federationSdl = `
  directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
  directive @shareable repeatable on OBJECT | FIELD_DEFINITION
  directive @external on OBJECT | FIELD_DEFINITION
  directive @requires(fields: String!) on FIELD_DEFINITION
  directive @provides(fields: String!) on FIELD_DEFINITION
  directive @override(from: String!) on FIELD_DEFINITION
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
  directive @link(url: String!, import: [String]) repeatable on SCHEMA
  directive @composeDirective(name: String!) repeatable on SCHEMA
`;

/** The TypeScript type of each scalar that is no id of a kind. */
const scalarTypes = { Decimal: 'string', Currency: 'string', DateTime: 'Date', ID: 'string' };

/** The folder of a subgraph, or of a template of one. */
interface Folder {
  folder: string;
}

/** Throws an Error of one line for each entry of `idFields` that does nothing. */
export async function generateResolverTypes(entry: Folder, sdl: string): Promise<string> {
  const document = parse(sdl);
  const ids = readIdTypes(entry.folder, await loadIdFields(entry));
  const branded = brandIds(parse(federationSdl + removeLinks(sdl)), ids);
  refuseUselessIdFields(entry, branded, ids);
  // A subgraph that opens nothing for itself has no own.ts.
  const hasOwn = existsSync(resolve(entry.folder, 'own.ts'));
  const importOwn = hasOwn ? "import type { Own } from './own.ts';\n" : '';
  const code = await codegen({
    filename: 'resolvers.generated.ts',
    schema: branded.document,
    documents: [],
    config: {
      federation: true,
      contextType: `../../platform/subgraph/context.ts#${hasOwn ? 'RequestContext<Own>' : 'RequestContext'}`,
      mappers: findMappers(entry, document, ids),
      enumsAsTypes: true,
      useTypeImports: true,
      useIndexSignature: false,
      skipTypename: true,
      avoidOptionals: {
        resolvers: false,
        field: false,
        inputValue: false,
        object: false,
        defaultValue: true,
      },
      resolversNonOptionalTypename: false,
      scalars: { ...scalarTypes, ...buildIdScalars(ids) },
    },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  });
  return `// Generated from schema.graphql by \`npm run generate\`. Do not edit.\n${importOwn}${importIdTypes(code, ids)}`;
}

function refuseUselessIdFields({ folder }: Folder, branded: BrandedSdl, ids: IdTypes): void {
  const file = relative(process.cwd(), resolve(folder, 'ids.ts'));
  const problems = findIdFieldProblems(branded, ids);
  if (problems.length > 0)
    throw new Error(problems.map((problem) => `${file}: idFields: ${problem}`).join('\n'));
}

function buildIdScalars({ names }: IdTypes) {
  return Object.fromEntries([...names].map((name) => [name, { input: `Unparsed<${name}>`, output: name }]));
}

/** Removes the schema extension, which only federation needs and the generator does not accept. */
function removeLinks(sdl: string): string {
  const { loc } = parse(sdl).definitions.find(({ kind }) => kind === Kind.SCHEMA_EXTENSION) ?? {};
  return loc === undefined ? sdl : sdl.slice(loc.end);
}

function findMappers({ folder }: Folder, document: DocumentNode, ids: IdTypes): Record<string, string> {
  const mappers: Record<string, string> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const file = `${type.replaceAll(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}.ts`;
    const path = resolve(folder, file);
    const row = new RegExp(`^export (interface|type) ${type}Row\\b`, 'm');
    if (existsSync(path) && row.test(readFileSync(path, 'utf8'))) {
      mappers[type] = `./${file}#${type}Row`;
    } else if (definition.directives?.some(({ name }) => name.value === 'key')) {
      // The entity of another subgraph: only its key is known here.
      mappers[type] = `{ id: ${ids.names.has(`${type}Id`) ? `${type}Id` : 'string'} }`;
    }
  }
  return mappers;
}
