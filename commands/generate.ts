// npm run generate [-- --check]: writes resolvers.generated.ts beside each schema.graphql; with --check only compares.
// A GraphQL type is bound to its row by name: type PurchaseLine → PurchaseLineRow in purchase-line.ts, if that exists;
// an entity without a row here is a stub, { id }.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { type DocumentNode, Kind, parse } from 'graphql';
import { readSchema, readSupergraphMap, type SubgraphEntry } from '../platform/supergraph-map.ts';
import { print, runCommand } from './command.ts';

/** Stands for the federation definitions that @link imports: the generator reads plain GraphQL. */
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

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new Error('usage: npm run generate [-- --check]');
  const check = args.includes('--check');
  const map = readSupergraphMap();
  const stale: string[] = [];
  for (const entry of map.subgraphs) {
    const file = resolve(entry.folder, 'resolvers.generated.ts');
    const fresh = await generate(entry, readSchema(map, entry));
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (fresh === current) continue;
    if (check) stale.push(relative(process.cwd(), file));
    else writeFileSync(file, fresh);
    if (!check) print(`wrote ${relative(process.cwd(), file)}`);
  }
  if (stale.length > 0) throw new Error(`out of date: ${stale.join(', ')}; run: npm run generate`);
});

async function generate(entry: SubgraphEntry, sdl: string): Promise<string> {
  const document = parse(sdl);
  const code = await codegen({
    filename: 'resolvers.generated.ts',
    schema: parse(federationSdl + withoutLinks(sdl)),
    documents: [],
    config: {
      federation: true,
      contextType: '../../platform/subgraph/context.ts#RequestContext<Own>',
      mappers: mappersOf(entry, document),
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
      scalars: { Decimal: 'string', Currency: 'string', DateTime: 'Date', ID: 'string' },
    },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  });
  return `// Generated from schema.graphql by \`npm run generate\`. Do not edit.\nimport type { Own } from './index.ts';\n${code}`;
}

/** The generator knows no schema extensions; they only say what federation needs. */
function withoutLinks(sdl: string): string {
  const { loc } = parse(sdl).definitions.find(({ kind }) => kind === Kind.SCHEMA_EXTENSION) ?? {};
  return loc === undefined ? sdl : sdl.slice(loc.end);
}

function mappersOf(entry: SubgraphEntry, document: DocumentNode): Record<string, string> {
  const mappers: Record<string, string> = {};
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const type = definition.name.value;
    const file = `${type.replaceAll(/(?<=.)[A-Z]/g, '-$&').toLowerCase()}.ts`;
    const path = resolve(entry.folder, file);
    const row = new RegExp(`^export (interface|type) ${type}Row\\b`, 'm');
    if (existsSync(path) && row.test(readFileSync(path, 'utf8'))) {
      mappers[type] = `./${file}#${type}Row`;
    } else if (definition.directives?.some(({ name }) => name.value === 'key')) {
      // Somebody else's entity: all that is known here is its key.
      mappers[type] = '{ id: string }';
    }
  }
  return mappers;
}
