// The costs that a supergraph declares: @cost and @listSize, under the names by which it links them. Also the URLs of its
// scalars and its inputs with @oneOf, which stand in the same SDL. Read once for each supergraph.
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';
import { getSubgraphNames } from '../../supergraph/join-directives.ts';
import { nodeGraph } from '../../supergraph/node-graph.ts';

/** @listSize of a field: the size of its list, or of the connection's lists that `sizedFields` names. */
export interface ListSize {
  assumedSize?: number;
  slicingArguments: readonly string[];
  sizedFields: readonly string[];
  requireOneSlicingArgument: boolean;
}

export class CostTable {
  /** By coordinate: `Type`, `Type.field`, `Type.field.argument`, `Input.field`. */
  readonly weights = new Map<string, number>();
  /** By coordinate: `Type.field`. */
  readonly listSizes = new Map<string, ListSize>();
  /** The URL of each scalar that has @specifiedBy, by the scalar's name. */
  readonly scalarUrls = new Map<string, string>();
  /** The names of the input types that have @oneOf. */
  readonly oneOfInputs = new Set<string>();
}

const costSpecification = 'https://specs.apollo.dev/cost/';

/** The SDL is a supergraph that Apollo's gateway accepted. */
export function readCostTable(supergraphSdl: string): CostTable {
  const document = parse(supergraphSdl, { noLocation: true });
  const table = new CostTable();
  const directiveNames = findDirectiveNames(document);
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined || !('directives' in definition)) continue;
    const type = definition.name.value;
    readDirectives(type, definition.directives ?? []);
    for (const field of 'fields' in definition ? (definition.fields ?? []) : []) readField(type, field);
  }
  // The gateway itself resolves `nodes` (gateway/node/), which has as many entries as its argument. The composition accepts numbers
  // alone as slicing arguments.
  if ([...getSubgraphNames(document).values()].includes(nodeGraph))
    table.listSizes.set('Query.nodes', {
      slicingArguments: ['ids'],
      sizedFields: [],
      requireOneSlicingArgument: true,
    });
  return table;

  function readField(type: string, field: FieldDefinitionNode | InputValueDefinitionNode): void {
    const coordinate = `${type}.${field.name.value}`;
    readDirectives(coordinate, field.directives ?? []);
    if (field.kind !== Kind.FIELD_DEFINITION) return;
    for (const argument of field.arguments ?? []) {
      readDirectives(`${coordinate}.${argument.name.value}`, argument.directives ?? []);
    }
  }

  function readDirectives(coordinate: string, directives: readonly DirectiveNode[]): void {
    for (const directive of directives) {
      const { weight, url, ...rest } = readArguments(directive);
      const name = directive.name.value;
      if (name === directiveNames.cost && typeof weight === 'number') table.weights.set(coordinate, weight);
      if (name === directiveNames.listSize) table.listSizes.set(coordinate, parseListSize(rest));
      if (name === 'specifiedBy' && typeof url === 'string') table.scalarUrls.set(coordinate, url);
      if (name === 'oneOf') table.oneOfInputs.add(coordinate);
    }
  }
}

function parseListSize(values: Record<string, unknown>): ListSize {
  const { assumedSize } = values;
  return {
    ...(typeof assumedSize === 'number' ? { assumedSize } : {}),
    slicingArguments: parseNames(values.slicingArguments),
    sizedFields: parseNames(values.sizedFields),
    requireOneSlicingArgument: values.requireOneSlicingArgument !== false,
  };
}

/** GraphQL accepts a single name where a list of names is expected. */
function parseNames(value: unknown): string[] {
  return [value].flat().filter((name) => typeof name === 'string');
}

/** The schema imports a directive by its name or under another name; without an import it is called `cost__cost`. */
function findDirectiveNames({ definitions }: DocumentNode): { cost?: string; listSize?: string } {
  const links = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).map(readArguments)
      : [],
  );
  const link = links.find(({ url }) => typeof url === 'string' && url.startsWith(costSpecification));
  // Without a link to the specification, a directive named @cost has a meaning of its own.
  if (link === undefined) return {};
  return { cost: findDirectiveName(link, 'cost'), listSize: findDirectiveName(link, 'listSize') };
}

function findDirectiveName(link: Record<string, unknown>, name: string): string {
  const imports: unknown[] = Array.isArray(link.import) ? link.import : [];
  for (const entry of imports) {
    if (entry === `@${name}`) return name;
    if (typeof entry !== 'object' || entry === null || !('name' in entry)) continue;
    const { name: imported, as = imported } = entry as { name: unknown; as?: unknown };
    if (imported === `@${name}` && typeof as === 'string') return as.slice(1);
  }
  const prefix = typeof link.as === 'string' ? link.as : 'cost';
  return name === prefix ? name : `${prefix}__${name}`;
}

function readArguments(directive: DirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}
