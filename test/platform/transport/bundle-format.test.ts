// The format alone. Over HTTP it is tested in bundle-client.test.ts, and bodies that are not valid in test/security/http/bundles.test.ts.
import { expect, test } from 'vitest';
import { anonymous } from '../../../platform/identity/viewer.ts';
import {
  FrameReader,
  formatBundle,
  formatFrame,
  maxCallsPerBundle,
  type OutgoingCall,
  parseBundle,
} from '../../../platform/transport/bundle-format.ts';

function outgoing(query: string, token = 'token', variables?: Record<string, unknown>): OutgoingCall {
  const call = { viewer: anonymous, signal: AbortSignal.timeout(1_000), traceId: 'a'.repeat(32) };
  return { operation: { query, variables }, call, token };
}

test('parses the calls that were formatted, with every text and token written once', () => {
  const calls = [
    outgoing('{ a }', 'first', { id: 'größe\n"x"' }),
    outgoing('{ b }', 'second'),
    outgoing('{ a }', 'first'),
  ];
  const { body, callCount } = formatBundle(calls);
  expect(callCount).toBe(3);
  expect(body.split('{ a }')).toHaveLength(2);
  expect(body.split('first')).toHaveLength(2);
  const bundle = parseBundle(JSON.parse(body));
  expect(bundle.tokens).toEqual(['first', 'second']);
  expect(bundle.calls.map(({ token }) => token)).toEqual([0, 1, 0]);
  expect(bundle.calls.map(({ operation }) => operation)).toEqual(
    calls.map(({ operation: { query, variables } }) => ({ query, variables, operationName: undefined })),
  );
});

test('passes on trace, remaining time, address and operation name of a call', () => {
  const { operation, call, token } = outgoing('query A { a }');
  const full: OutgoingCall = {
    operation: { ...operation, operationName: 'A' },
    call: { ...call, deadline: Date.now() + 3_000, address: '192.0.2.7' },
    token,
  };
  const [parsed] = parseBundle(JSON.parse(formatBundle([full]).body)).calls;
  expect(parsed).toMatchObject({ address: '192.0.2.7', operation: { operationName: 'A' } });
  expect(parsed?.traceparent).toContain('a'.repeat(32));
  expect(Number(parsed?.timeout)).toBeGreaterThan(2_000);
  expect(Number(parsed?.timeout)).toBeLessThanOrEqual(3_000);
});

test('takes a limited number of calls, and of characters, but always at least one call', () => {
  const many = Array.from({ length: maxCallsPerBundle + 1 }, () => outgoing('{ a }'));
  expect(formatBundle(many).callCount).toBe(maxCallsPerBundle);
  const large = () => outgoing('{ a }', 'token', { text: 'x'.repeat(100_000) });
  expect(formatBundle([large(), large(), large()]).callCount).toBe(2);
  const huge = outgoing('{ a }', 'token', { text: 'x'.repeat(1_000_000) });
  expect(formatBundle([huge, outgoing('{ b }')]).callCount).toBe(1);
});

test('reads frames from chunks of any size', () => {
  const texts = ['{"data":{"name":"größe 🫖\\n1 200 3\\n"}}', '', '{}', 'x'.repeat(3_000)];
  const bytes = Buffer.from(texts.map((text, index) => formatFrame(index, 200, text)).join(''));
  for (const size of [1, 2, 3, 7, 64, 1_000, bytes.length]) {
    const received: string[] = [];
    const reader = new FrameReader((index, _status, text) => {
      received[index] = text;
    });
    for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
    expect(received, `in chunks of ${size} bytes`).toEqual(texts);
  }
});

test.each(['HTTP/1.1 200 OK\n', '1 2 3\n', '1 200 3 4\n', 'x'.repeat(41)])(
  'throws for a response that is not a sequence of frames: %s',
  (text) => {
    expect(() => new FrameReader(() => {}).push(Buffer.from(text))).toThrow('not a frame');
  },
);
