// Checks that a running version of a subgraph can answer one fetch as the supergraph promises: the text is valid, the subgraph
// finds the entities by the fields that are sent, it accepts the variables, and its response fits the supergraph: no null where
// the supergraph promises a value, and no enum value or type that the supergraph does not have.
import {
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  parse,
  TypeInfo,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { PlannedFetch } from '../plan/planned-fetch.ts';
import { listSentPaths } from './field-paths.ts';
import { findEntityFields, type RunningSubgraph } from './running-subgraph.ts';

/** One sentence for each problem; none when the subgraph can answer the fetch. */
export function findFetchProblems(
  fetch: PlannedFetch,
  running: RunningSubgraph,
  supergraph: GraphQLSchema,
): string[] {
  const refused = validate(running.schema, parse(fetch.text)).map(({ message }) =>
    withoutSuggestion(message),
  );
  const problems = [
    ...refused,
    ...findRepresentationProblems(fetch, running),
    ...findVariableProblems(fetch, running.schema, supergraph),
    ...findResponseProblems(fetch, running.schema, supergraph),
  ];
  return [...new Set(problems)];
}

/** Removes GraphQL's suggestion, which only repeats names of the schema. */
export function withoutSuggestion(message: string): string {
  return message.replace(/ Did you mean .*$/s, '').replace(/\.$/, '');
}

function findRepresentationProblems({ text, requires }: PlannedFetch, running: RunningSubgraph): string[] {
  if (requires === undefined) return [];
  return [...findEntityFields(text)].flatMap(([type, fields]) => {
    const sent = new Set(listSentPaths(requires, type));
    const keys = running.keys.get(type) ?? [];
    const unresolvable = keys.some((key) => key.every((path) => sent.has(path)))
      ? []
      : [`It finds no ${type} by "${[...sent].filter((path) => path !== '__typename').join(' ')}"`];
    const incomplete = fields.flatMap((field) => {
      const missing = (running.requires.get(`${type}.${field}`) ?? []).filter((path) => !sent.has(path));
      return missing.length === 0
        ? []
        : [`${type}.${field} requires "${missing.join(' ')}", which is not sent`];
    });
    return [...unresolvable, ...incomplete];
  });
}

function findVariableProblems(
  { text }: PlannedFetch,
  running: GraphQLSchema,
  supergraph: GraphQLSchema,
): string[] {
  return parse(text).definitions.flatMap((definition) =>
    definition.kind !== Kind.OPERATION_DEFINITION
      ? []
      : (definition.variableDefinitions ?? []).flatMap(({ variable, type }) => {
          const [given, taken] = [
            typeFromAST(supergraph, type as never),
            typeFromAST(running, type as never),
          ];
          if (!given || !taken) return [];
          return findInputProblems(given as GraphQLInputType, taken as GraphQLInputType).map(
            (problem) => `$${variable.name.value}: ${problem}`,
          );
        }),
  );
}

/** Input that the supergraph accepts from a client and the subgraph would refuse. */
function findInputProblems(
  given: GraphQLInputType,
  taken: GraphQLInputType,
  known = new Set<string>(),
): string[] {
  const [sent, own] = [getNamedType(given), getNamedType(taken)];
  if (known.has(sent.name)) return [];
  known.add(sent.name);
  if (isEnumType(sent) && isEnumType(own)) {
    return sent
      .getValues()
      .filter(({ name }) => !own.getValue(name))
      .map(({ name }) => `it does not know ${sent.name}.${name}`);
  }
  if (!isInputObjectType(sent) || !isInputObjectType(own)) return [];
  const [fields, ownFields] = [sent.getFields(), own.getFields()];
  const demanded = Object.values(ownFields)
    .filter((field) => isRequiredInputField(field))
    .filter(({ name }) => fields[name] === undefined || !isRequiredInputField(fields[name]))
    .map(({ name }) => `it demands ${sent.name}.${name}`);
  const refused = Object.values(fields).flatMap((field) => {
    const counterpart = ownFields[field.name];
    if (counterpart === undefined) return [`it does not know ${sent.name}.${field.name}`];
    if (getNamedType(counterpart.type).name !== getNamedType(field.type).name)
      return [`${sent.name}.${field.name} is ${counterpart.type} there`];
    return findInputProblems(field.type, counterpart.type, known);
  });
  return [...demanded, ...refused];
}

function findResponseProblems(
  { text }: PlannedFetch,
  running: GraphQLSchema,
  supergraph: GraphQLSchema,
): string[] {
  const problems: string[] = [];
  const info = new TypeInfo(running);
  visit(
    parse(text),
    visitWithTypeInfo(info, {
      Field: () => {
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (!parent || !field || field.name.startsWith('__')) return;
        const promised = supergraph.getType(parent.name);
        const counterpart =
          promised && 'getFields' in promised ? promised.getFields()[field.name] : undefined;
        if (counterpart === undefined) return;
        const where = `${parent.name}.${field.name}`;
        const type = counterpart.type as GraphQLOutputType;
        if (mayBeNull(type, field.type)) problems.push(`${where} is ${field.type} there, not ${type}`);
        problems.push(...findUnknownValues(where, field.type, type, running, supergraph));
      },
    }),
  );
  return problems;
}

/** True when the subgraph may return null, or a list instead of a value, where the supergraph promises otherwise. */
function mayBeNull(promised: GraphQLOutputType, answered: GraphQLOutputType): boolean {
  if (isNonNullType(answered))
    return mayBeNull(isNonNullType(promised) ? promised.ofType : promised, answered.ofType);
  if (isNonNullType(promised)) return true;
  if (isListType(promised) !== isListType(answered)) return true;
  return isListType(promised) && isListType(answered) ? mayBeNull(promised.ofType, answered.ofType) : false;
}

function findUnknownValues(
  where: string,
  answered: GraphQLOutputType,
  promised: GraphQLOutputType,
  running: GraphQLSchema,
  supergraph: GraphQLSchema,
): string[] {
  const [own, known] = [getNamedType(answered), getNamedType(promised)];
  if (isEnumType(own) && isEnumType(known)) {
    return own
      .getValues()
      .filter(({ name }) => !known.getValue(name))
      .map(({ name }) => `${where} may answer ${name}, which the supergraph does not know`);
  }
  if (!isAbstractType(own)) return [];
  return running
    .getPossibleTypes(own)
    .filter(({ name }) => supergraph.getType(name) === undefined)
    .map(({ name }) => `${where} may answer a ${name}, which the supergraph does not know`);
}
