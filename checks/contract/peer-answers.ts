// Answers for the peers of a subgraph that is replayed alone, with what its fixture says. Both sides are compared with the composed
// schema: what the subgraph sends, and what the fixture answers. No answer can promise what the peer does not have.
import { type GraphQLSchema, parse, validate } from 'graphql';
import type { Execute, Operation, SubgraphResponse } from '../../platform/calls/call.ts';
import { getOperation } from '../operations.ts';
import type { Fixture } from './fixture.ts';
import type { Finding } from './replay.ts';
import { findShapeProblems } from './response-shape.ts';

export interface PeerAnswers {
  /** The client of a peer. It rejects when the fixture has no answer. */
  clientFor: (peer: string) => Execute;
  /** Each problem once, however often the subgraph has repeated the call. */
  findings: () => Finding[];
}

export function openPeerAnswers(fixture: Pick<Fixture, 'peers'>, schema: GraphQLSchema): PeerAnswers {
  const findings = new Map<string, Finding>();
  return {
    clientFor: (peer) => async (operation) => {
      const { name, problems, response } = answerCall(fixture.peers[peer] ?? {}, schema, operation);
      for (const problem of problems)
        findings.set(`${peer} ${name} ${problem}`, { interaction: name, check: `asks ${peer}`, problem });
      if (response === undefined) throw new Error(`${peer} has no answer to ${name}: ${problems.join('; ')}`);
      return response;
    },
    findings: () => [...findings.values()],
  };
}

interface Answered {
  name: string;
  problems: string[];
  /** Undefined where the fixture has no answer. */
  response?: SubgraphResponse;
}

function answerCall(
  answers: Fixture['peers'][string],
  schema: GraphQLSchema,
  { query, variables = {} }: Operation,
): Answered {
  const document = parse(query);
  const name = getOperation(document).name?.value ?? '';
  const problems = validate(schema, document).map(({ message }) => `sends what nobody has: ${message}`);
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (answer === undefined)
    return { name, problems: [...problems, 'the fixture does not say what the peer answers'] };
  if ('refusal' in answer) {
    const error = { message: 'The fixture refuses.', extensions: { code: answer.refusal } };
    return { name, problems, response: { data: null, errors: [error] } };
  }
  const { data } = answer;
  // A text that does not fit the schema has no shape to compare.
  if (problems.length === 0)
    problems.push(
      ...findShapeProblems({ schema, document, variables, data, entityTypes: [] }).map(
        (problem) => `the fixture answers what the peer cannot: ${problem}`,
      ),
    );
  return { name, problems, response: { data } };
}
