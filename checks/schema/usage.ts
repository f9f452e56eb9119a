// The elements of a schema that an operation uses, and where: fields, arguments, input fields, enum values and type conditions by
// their coordinates, the types of its fields ("out:Role") and the types of its variables ("in:MoneyInput").
import {
  type ASTNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  type InputValueDefinitionNode,
  isInputObjectType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { RegisteredOperation } from '../operations.ts';

export interface Use {
  coordinates: readonly string[];
  /** The path in the operation as the client sees it: me.purchases.edges, ...Card.name, $first. */
  place: string;
  line: number;
  /** For a field: the names of the arguments that the operation gives. */
  given?: readonly string[];
}

export interface Usage {
  uses: readonly Use[];
  /** The innermost use around a node of the document. */
  findUse: (node: ASTNode) => Use | undefined;
}

/** Elements that the schema does not have are left out. */
export function findUsage({ document }: Pick<RegisteredOperation, 'document'>, schema: GraphQLSchema): Usage {
  const info = new TypeInfo(schema);
  const uses: Use[] = [];
  const byNode = new Map<ASTNode, Use>();
  const open: { node: ASTNode; use: Use }[] = [];
  const path: string[] = [];
  visit(
    document,
    visitWithTypeInfo(info, {
      enter: (node) => {
        const step = getPathStep(node);
        if (step !== undefined) path.push(step);
        const coordinates = findCoordinates(node, info, schema);
        if (coordinates.length > 0) {
          const given = node.kind === Kind.FIELD ? { given: getNames(node.arguments) } : {};
          const use = {
            coordinates,
            place: formatPlace(node, path),
            line: node.loc?.startToken.line ?? 1,
            ...given,
          };
          uses.push(use);
          open.push({ node, use });
        }
        const innermost = open.at(-1)?.use;
        if (innermost !== undefined) byNode.set(node, innermost);
      },
      leave: (node) => {
        if (open.at(-1)?.node === node) open.pop();
        if (getPathStep(node) !== undefined) path.pop();
      },
    }),
  );
  return { uses, findUse: (node) => byNode.get(node) };
}

function getNames(given: FieldNode['arguments']): string[] {
  return (given ?? []).map(({ name }) => name.value);
}

/** The path element of a node that has one. */
function getPathStep(node: ASTNode): string | undefined {
  if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value;
  return node.kind === Kind.FRAGMENT_DEFINITION ? `...${node.name.value}` : undefined;
}

function formatPlace(node: ASTNode, path: readonly string[]): string {
  if (node.kind === Kind.VARIABLE_DEFINITION) return `$${node.variable.name.value}`;
  const way = path.join('.');
  if (node.kind === Kind.ARGUMENT) return `${way}(${node.name.value}:)`;
  return way === '' ? 'the operation' : way;
}

function findCoordinates(node: ASTNode, info: TypeInfo, schema: GraphQLSchema): string[] {
  switch (node.kind) {
    case Kind.FIELD: {
      const [parent, field] = [info.getParentType(), info.getFieldDef()];
      if (!parent || !field || field.name.startsWith('__')) return [];
      return [`${parent.name}.${field.name}`, `out:${getNamedType(field.type).name}`];
    }
    case Kind.ARGUMENT: {
      const directive = info.getDirective();
      if (directive) return [`@${directive.name}.${node.name.value}`];
      const [parent, field] = [info.getParentType(), info.getFieldDef()];
      return parent && field ? [`${parent.name}.${field.name}.${node.name.value}`] : [];
    }
    case Kind.OBJECT_FIELD: {
      const input = getNamedType(info.getParentInputType());
      return input ? [`${input.name}.${node.name.value}`] : [];
    }
    case Kind.OBJECT:
    case Kind.ENUM: {
      const input = getNamedType(info.getInputType());
      if (!input) return [];
      return node.kind === Kind.ENUM ? [`${input.name}.${node.value}`] : [input.name];
    }
    case Kind.INLINE_FRAGMENT:
    case Kind.FRAGMENT_DEFINITION:
      return node.typeCondition === undefined ? [] : [node.typeCondition.name.value];
    case Kind.VARIABLE_DEFINITION:
      return listInputTypes(getTypeName(node.type), schema).map((name) => `in:${name}`);
    case Kind.DIRECTIVE:
      return [`@${node.name.value}`];
    default:
      return [];
  }
}

function getTypeName(type: InputValueDefinitionNode['type']): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : getTypeName(type.type);
}

/** A type and the types of all values inside it. */
function listInputTypes(name: string, schema: GraphQLSchema, known = new Set<string>()): string[] {
  const type = typeFromAST(schema, { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } });
  if (known.has(name)) return [];
  known.add(name);
  if (!isInputObjectType(type)) return [name];
  const inner = Object.values(type.getFields()).flatMap((field) =>
    listInputTypes(getNamedType(field.type).name, schema, known),
  );
  return [name, ...inner];
}
