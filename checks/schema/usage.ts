// What an operation uses of a schema, and where: each field, argument, input field, enum value and type condition by its
// coordinate, types it is answered with ("out:Role") and types its variables may carry ("in:MoneyInput").
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
  /** The way to it as the client sees it: me.purchases.edges, ...Card.name, $first. */
  place: string;
  line: number;
  /** Of a field: the arguments that it is given. */
  given?: readonly string[];
}

export interface Usage {
  uses: readonly Use[];
  /** The innermost use that a node of the document belongs to. */
  useOf: (node: ASTNode) => Use | undefined;
}

/** Of a document that is valid for the schema; what is unknown there is left out. */
export function usageOf({ document }: Pick<RegisteredOperation, 'document'>, schema: GraphQLSchema): Usage {
  const info = new TypeInfo(schema);
  const uses: Use[] = [];
  const byNode = new Map<ASTNode, Use>();
  const open: { node: ASTNode; use: Use }[] = [];
  const path: string[] = [];
  visit(
    document,
    visitWithTypeInfo(info, {
      enter: (node) => {
        const step = stepOf(node);
        if (step !== undefined) path.push(step);
        const coordinates = coordinatesOf(node, info, schema);
        if (coordinates.length > 0) {
          const given = node.kind === Kind.FIELD ? { given: namesOf(node.arguments) } : {};
          const use = {
            coordinates,
            place: placeOf(node, path),
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
        if (stepOf(node) !== undefined) path.pop();
      },
    }),
  );
  return { uses, useOf: (node) => byNode.get(node) };
}

function namesOf(given: FieldNode['arguments']): string[] {
  return (given ?? []).map(({ name }) => name.value);
}

/** One step of the way that people see. */
function stepOf(node: ASTNode): string | undefined {
  if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value;
  return node.kind === Kind.FRAGMENT_DEFINITION ? `...${node.name.value}` : undefined;
}

function placeOf(node: ASTNode, path: readonly string[]): string {
  if (node.kind === Kind.VARIABLE_DEFINITION) return `$${node.variable.name.value}`;
  const way = path.join('.');
  if (node.kind === Kind.ARGUMENT) return `${way}(${node.name.value}:)`;
  return way === '' ? 'the operation' : way;
}

function coordinatesOf(node: ASTNode, info: TypeInfo, schema: GraphQLSchema): string[] {
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
      return inputTypes(typeNameOf(node.type), schema).map((name) => `in:${name}`);
    case Kind.DIRECTIVE:
      return [`@${node.name.value}`];
    default:
      return [];
  }
}

function typeNameOf(type: InputValueDefinitionNode['type']): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeNameOf(type.type);
}

/** A type and all that its values may hold. */
function inputTypes(name: string, schema: GraphQLSchema, known = new Set<string>()): string[] {
  const type = typeFromAST(schema, { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } });
  if (known.has(name)) return [];
  known.add(name);
  if (!isInputObjectType(type)) return [name];
  const inner = Object.values(type.getFields()).flatMap((field) =>
    inputTypes(getNamedType(field.type).name, schema, known),
  );
  return [name, ...inner];
}
