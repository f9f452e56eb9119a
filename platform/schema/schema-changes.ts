// Says what differs between two schemas, in the words of a reader of the SDL: types, fields, arguments and values that were added,
// removed or changed. A reload logs it. It does not judge what a change breaks: `npm run schema:check` does.
import {
  type DefinitionNode,
  type DirectiveDefinitionNode,
  type DirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
} from 'graphql';

/** Maximum number of changes that a summary names. */
const maxNamed = 10;

/** Returns one phrase for each change, such as `added Review.rating`. Both texts are valid SDL. */
export function compareSchemas(before: string, after: string): string[] {
  const [old, fresh] = [listCoordinates(before), listCoordinates(after)];
  // What is inside an added or removed type is not named again.
  const isInside = (name: string, other: ReadonlyMap<string, string>) =>
    name.includes('.') && !other.has(name.split('.')[0] ?? '');
  const added = [...fresh.keys()].filter((name) => !old.has(name) && !isInside(name, old));
  const removed = [...old.keys()].filter((name) => !fresh.has(name) && !isInside(name, fresh));
  const changed = [...fresh].filter(([name, text]) => old.has(name) && old.get(name) !== text);
  return [
    ...added.map((name) => `added ${name}`),
    ...removed.map((name) => `removed ${name}`),
    ...changed.map(([name, text]) => `changed ${name} from "${old.get(name)}" to "${text}"`),
  ];
}

/** One line for the log. Nothing differs but descriptions, comments or order when there are no changes. */
export function summarizeChanges(changes: readonly string[]): string {
  if (changes.length === 0) return 'only its descriptions or their order';
  const more = changes.length - maxNamed;
  return [...changes.slice(0, maxNamed), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** What can change of a schema, by its name: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`, `@directive`. */
function listCoordinates(sdl: string): Map<string, string> {
  const found = new Map<string, string>();
  if (sdl.trim() === '') return found;
  for (const definition of parse(sdl, { noLocation: true }).definitions) readDefinition(definition, found);
  return found;
}

function readDefinition(definition: DefinitionNode, found: Map<string, string>): void {
  const add = (name: string, text: string) =>
    found.set(name, [found.get(name), text].filter(Boolean).join(' '));
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
    add(`@${definition.name.value}`, print(withoutDescription(definition)));
    return;
  }
  if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION) {
    add('schema', printDirectives(definition.directives));
    return;
  }
  if (
    !('name' in definition) ||
    definition.name === undefined ||
    definition.kind === Kind.FRAGMENT_DEFINITION
  )
    return;
  const type = definition.name.value;
  const interfaces = 'interfaces' in definition ? (definition.interfaces ?? []).map(print).join(' & ') : '';
  const members = 'types' in definition ? (definition.types ?? []).map(print).join(' | ') : '';
  const directives = 'directives' in definition ? printDirectives(definition.directives) : '';
  const kind = definition.kind.replace(/Type(Definition|Extension)$/, '').toLowerCase();
  if (!found.has(type)) add(type, kind);
  add(type, [interfaces, members, directives].filter(Boolean).join(' '));
  for (const field of 'fields' in definition ? (definition.fields ?? []) : []) readField(type, field, add);
  for (const { name, directives: own } of 'values' in definition ? (definition.values ?? []) : [])
    add(`${type}.${name.value}`, printDirectives(own) || 'a value');
}

function withoutDescription({ description: _description, ...rest }: DirectiveDefinitionNode) {
  return rest;
}

function readField(
  type: string,
  field: FieldDefinitionNode | InputValueDefinitionNode,
  add: (name: string, text: string) => void,
): void {
  const name = `${type}.${field.name.value}`;
  add(name, printValue(field));
  for (const argument of 'arguments' in field ? (field.arguments ?? []) : [])
    add(`${name}(${argument.name.value}:)`, printValue(argument));
}

function printValue(node: FieldDefinitionNode | InputValueDefinitionNode): string {
  const initial =
    'defaultValue' in node && node.defaultValue !== undefined ? `= ${print(node.defaultValue)}` : '';
  return [print(node.type), initial, printDirectives(node.directives)].filter(Boolean).join(' ');
}

function printDirectives(directives: readonly DirectiveNode[] = []): string {
  return directives.map(print).join(' ');
}
