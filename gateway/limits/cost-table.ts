// What the supergraph says of costs: @cost and @listSize, under whatever names it links them. Also which of its scalars
// are ours. Read once a graph.
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  valueFromASTUntyped,
} from 'graphql';

/** @listSize of a field: how many entries its list has, or those of the connection's lists named here. */
export interface ListSize {
  assumedSize?: number;
  slicingArguments: readonly string[];
  sizedFields: readonly string[];
  requireOneSlicingArgument: boolean;
}

export class CostTable {
  /** By coordinate: `Type`, `Type.field`, `Type.field.argument`, `Input.field`. */
  readonly weights = new Map<string, number>();
  /** By `Type.field`. */
  readonly listSizes = new Map<string, ListSize>();
  /** Name and URL of each scalar that has @specifiedBy. */
  readonly specified = new Map<string, string>();
}

const costSpecification = 'https://specs.apollo.dev/cost/';

/** The SDL is a supergraph that Apollo's gateway accepted. */
export function readCostTable(supergraphSdl: string): CostTable {
  const document = parse(supergraphSdl, { noLocation: true });
  const table = new CostTable();
  const names = directiveNames(document);
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined || !('directives' in definition)) continue;
    const type = definition.name.value;
    note(type, definition.directives ?? []);
    for (const field of 'fields' in definition ? (definition.fields ?? []) : []) noteField(type, field);
  }
  return table;

  function noteField(type: string, field: FieldDefinitionNode | InputValueDefinitionNode): void {
    const at = `${type}.${field.name.value}`;
    note(at, field.directives ?? []);
    if (field.kind !== Kind.FIELD_DEFINITION) return;
    for (const argument of field.arguments ?? []) {
      note(`${at}.${argument.name.value}`, argument.directives ?? []);
    }
  }

  function note(at: string, directives: readonly DirectiveNode[]): void {
    for (const directive of directives) {
      const { weight, url, ...rest } = argumentsOf(directive);
      const name = directive.name.value;
      if (name === names.cost && typeof weight === 'number') table.weights.set(at, weight);
      if (name === names.listSize) table.listSizes.set(at, listSizeOf(rest));
      if (name === 'specifiedBy' && typeof url === 'string') table.specified.set(at, url);
    }
  }
}

function listSizeOf(given: Record<string, unknown>): ListSize {
  const { assumedSize } = given;
  return {
    ...(typeof assumedSize === 'number' ? { assumedSize } : {}),
    slicingArguments: namesIn(given.slicingArguments),
    sizedFields: namesIn(given.sizedFields),
    requireOneSlicingArgument: given.requireOneSlicingArgument !== false,
  };
}

/** One name may stand for a list of one, as everywhere in GraphQL. */
function namesIn(value: unknown): string[] {
  return [value].flat().filter((name) => typeof name === 'string');
}

/** What the schema calls them: imported by name, imported under another name, or `cost__cost` without an import. */
function directiveNames({ definitions }: DocumentNode): { cost?: string; listSize?: string } {
  const links = definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).map(argumentsOf)
      : [],
  );
  const link = links.find(({ url }) => typeof url === 'string' && url.startsWith(costSpecification));
  // Without it, what is called @cost is somebody's own.
  if (link === undefined) return {};
  const imports: unknown[] = Array.isArray(link.import) ? link.import : [];
  const nameOf = (name: string) => {
    for (const entry of imports) {
      if (entry === `@${name}`) return name;
      if (typeof entry !== 'object' || entry === null || !('name' in entry)) continue;
      const { name: imported, as = imported } = entry as { name: unknown; as?: unknown };
      if (imported === `@${name}` && typeof as === 'string') return as.slice(1);
    }
    const prefix = typeof link.as === 'string' ? link.as : 'cost';
    return name === prefix ? name : `${prefix}__${name}`;
  };
  return { cost: nameOf('cost'), listSize: nameOf('listSize') };
}

function argumentsOf(directive: DirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}
