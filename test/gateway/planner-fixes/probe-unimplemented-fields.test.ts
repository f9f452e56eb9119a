import { buildSchema, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { addProbes, removeProbes } from '../../../gateway/planner-fixes/probe-unimplemented-fields.ts';
import { required } from '../../support/required.ts';

const schema = buildSchema(`
  type Query { pet: Pet pets: [Pet!]! other: Other n: Int }
  interface Pet { name: String friend: Pet }
  type Dog implements Pet { name: String friend: Pet }
  type Other { pet: Pet n: Int }
`);
const interfaces = new Set(['Pet']);

test('adds a probe to each selection set on an interface that is not implemented', () => {
  const probed = required(
    addProbes(parse('{ pets { name } other { pet { name friend { name } } n } }'), schema, interfaces),
    'probes',
  );
  const probe = `${probed.key}: __typename @skip(if: false)`;
  expect(print(probed.document).replaceAll(/\s+/g, ' ')).toBe(
    `{ pets { name ${probe} } other { pet { name friend { name ${probe} } ${probe} } n } }`,
  );
});

test('changes no operation without such a field', () => {
  expect(addProbes(parse('{ n other { n } }'), schema, interfaces)).toBeUndefined();
  expect(addProbes(parse('{ pet { name } }'), schema, new Set())).toBeUndefined();
});

test('gives the probes a response key that the operation does not have', () => {
  const key = addProbes(parse('{ pet { name } }'), schema, interfaces)?.key;
  expect(addProbes(parse(`{ pet { ${key}: name ${key}_: name } }`), schema, interfaces)?.key).toBe(
    `${key}__`,
  );
});

test('removes the probes from a result, in lists too', () => {
  const data = { pets: [{ name: 'Rex', probe: 'Dog' }, null], other: { pet: { probe: 'Dog' }, n: 1 } };
  expect(removeProbes({ data }, 'probe')).toEqual({
    data: { pets: [{ name: 'Rex' }, null], other: { pet: {}, n: 1 } },
  });
  expect(removeProbes({ data: null }, 'probe')).toEqual({ data: null });
});
