// npm run generate [-- --check]: writes resolvers.generated.ts beside each schema.graphql; with --check it only compares.
// A GraphQL type is bound to its row by name: type PurchaseLine → PurchaseLineRow in subgraphs/purchases/purchase-line.ts, if that exists;
// an entity without a row here is a stub, { id }. Clients see ID everywhere; in the generated types each field, argument and
// input field has the type of its id (platform/values/ids.ts): what a subgraph answers is an AccountId, say, and what a
// caller sends is Unparsed<AccountId>.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type NamedTypeNode,
  parse,
  type TypeNode,
  visit,
} from 'graphql';
import { print, runCommand } from '../platform/process/command.ts';
import { UsageError } from '../platform/process/lifecycle.ts';
import { readSchema, readSupergraphMap, type SubgraphEntry } from '../platform/supergraph-map.ts';

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

const idsFile = resolve(import.meta.dirname, '../platform/values/ids.ts');

/** Names of the types of ids. */
const idTypes = new Set(
  [...readFileSync(idsFile, 'utf8').matchAll(/^export type (\w+) = Branded</gm)].map(
    ([, name]) => name ?? '',
  ),
);

/** Ids that neither the name of their field nor its type tells: see findIdType. */
const idTypeAt: Readonly<Record<string, string>> = {
  'Query.sessionByToken(token)': 'SessionToken',
  'CreatedSession.token': 'SessionToken',
  'Mutation.revokeSession': 'SessionId',
  'Mutation.revokeSession(id)': 'SessionId',
  'Query.purchaseStatus(id)': 'PurchaseId',
  'CreatePaymentInput.id': 'PaymentId',
  'VoidPaymentInput.id': 'PaymentId',
};

/** The TypeScript type of each scalar. */
const scalarTypes = {
  Decimal: 'string',
  Currency: 'string',
  DateTime: 'Date',
  ID: 'string',
  ...Object.fromEntries([...idTypes].map((name) => [name, { input: `Unparsed<${name}>`, output: name }])),
};

await runCommand(async (args) => {
  if (args.some((argument) => argument !== '--check'))
    throw new UsageError('usage: npm run generate [-- --check]');
  const isCheck = args.includes('--check');
  const map = readSupergraphMap();
  const stale: string[] = [];
  for (const entry of map.subgraphs) {
    const file = resolve(entry.folder, 'resolvers.generated.ts');
    const fresh = await generate(entry, readSchema(map, entry));
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (fresh === current) continue;
    if (isCheck) stale.push(relative(process.cwd(), file));
    else writeFileSync(file, fresh);
    if (!isCheck) print(`wrote ${relative(process.cwd(), file)}`);
  }
  if (stale.length > 0) throw new Error(`out of date: ${stale.join(', ')}; run: npm run generate`);
});

async function generate(entry: SubgraphEntry, sdl: string): Promise<string> {
  const document = parse(sdl);
  // A subgraph that opens nothing for itself has no own.ts.
  const hasOwn = existsSync(resolve(entry.folder, 'own.ts'));
  const importOwn = hasOwn ? "import type { Own } from './own.ts';\n" : '';
  const code = await codegen({
    filename: 'resolvers.generated.ts',
    schema: brandIds(parse(federationSdl + removeLinks(sdl))),
    documents: [],
    config: {
      federation: true,
      contextType: `../../platform/subgraph/context.ts#${hasOwn ? 'RequestContext<Own>' : 'RequestContext'}`,
      mappers: findMappers(entry, document),
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
      scalars: scalarTypes,
    },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript, resolvers },
  });
  return `// Generated from schema.graphql by \`npm run generate\`. Do not edit.\n${importOwn}${importIdTypes(code)}`;
}

/** Gives each ID, and each text that stands for something alike, a scalar with the name of its type. */
function brandIds(document: DocumentNode): DocumentNode {
  const typed = visit(document, {
    // A type that implements an interface answers the interface's types.
    ObjectTypeDefinition: (type) =>
      (type.interfaces ?? []).length > 0
        ? type
        : { ...type, fields: type.fields?.map((field) => brandField(type.name.value, field)) },
    InputObjectTypeDefinition: (type) => ({
      ...type,
      fields: type.fields?.map((field) =>
        brandNode(field, findIdType(`${type.name.value}.${field.name.value}`, field.name.value)),
      ),
    }),
  });
  const used = new Set<string>();
  visit(typed, { NamedType: ({ name }) => void (idTypes.has(name.value) && used.add(name.value)) });
  const scalars = [...used].map((name) => parse(`scalar ${name}`));
  return { ...typed, definitions: [typed, ...scalars].flatMap(({ definitions }) => definitions) };
}

function brandField(owner: string, field: FieldDefinitionNode): FieldDefinitionNode {
  const where = `${owner}.${field.name.value}`;
  const answers = getTypeName(field.type);
  return {
    ...brandNode(field, findIdType(where, field.name.value, owner)),
    arguments:
      field.arguments?.map((argument) =>
        brandNode(argument, findIdType(`${where}(${argument.name.value})`, argument.name.value, answers)),
      ) ?? [],
  };
}

/** The type of the id that stands here: `accountId` is an AccountId, and the `id` of an Account, or of a field that answers one. */
function findIdType(where: string, name: string, entity = ''): string | undefined {
  const type =
    idTypeAt[where] ?? (name === 'id' ? `${entity}Id` : name.charAt(0).toUpperCase() + name.slice(1));
  return idTypes.has(type) ? type : undefined;
}

function brandNode<Node extends FieldDefinitionNode | InputValueDefinitionNode>(
  node: Node,
  idType: string | undefined,
): Node {
  if (idType === undefined || !['ID', 'String'].includes(getTypeName(node.type))) return node;
  const type = visit(node.type, {
    NamedType: (named): NamedTypeNode => ({ ...named, name: { ...named.name, value: idType } }),
  });
  return { ...node, type };
}

function getTypeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : getTypeName(type.type);
}

/**
 * Imports the types of ids that the code names. Their scalars are the generator's own, so nobody writes resolvers for them;
 * and the keys of a reference come from a caller, so they are as unchecked as any argument.
 */
function importIdTypes(code: string): string {
  const scalars = [...idTypes].join('|');
  const typed = code
    .replaceAll(new RegExp(`^export interface (?:${scalars})ScalarConfig [^}]*}\\n+`, 'gm'), '')
    .replaceAll(new RegExp(`^ +(?:${scalars})\\?: GraphQLScalarType;\\n`, 'gm'), '')
    .replace(/^( +reference: )TReference,$/m, '$1UnparsedKeys<TReference>,');
  // An SDL without scalars of its own leaves these two imports unused.
  const hasScalars = typed.includes(' extends GraphQLScalarTypeConfig<');
  const tidy = hasScalars ? typed : typed.replace(', GraphQLScalarType, GraphQLScalarTypeConfig }', ' }');
  const names = [...idTypes, 'Unparsed', 'UnparsedKeys'].filter((name) =>
    new RegExp(`\\b${name}\\b(?!')`).test(typed),
  );
  if (names.length === 0) return tidy;
  return `import type { ${names.sort().join(', ')} } from '../../platform/values/ids.ts';\n${tidy}`;
}

/** Removes the schema extension, which only federation needs and the generator does not accept. */
function removeLinks(sdl: string): string {
  const { loc } = parse(sdl).definitions.find(({ kind }) => kind === Kind.SCHEMA_EXTENSION) ?? {};
  return loc === undefined ? sdl : sdl.slice(loc.end);
}

function findMappers(entry: SubgraphEntry, document: DocumentNode): Record<string, string> {
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
      // The entity of another subgraph: only its key is known here.
      mappers[type] = `{ id: ${idTypes.has(`${type}Id`) ? `${type}Id` : 'string'} }`;
    }
  }
  return mappers;
}
