import { eventually } from '@tessera/testing-services';
import { LogStream, type LogStreamOptions } from './log-stream';

/** A stream of a log that the test writes, with times short enough for a test. */
function logOf(change: Partial<Omit<LogStreamOptions, 'timings'>> = {}, stalledMs = 60_000) {
  let write: (text: string) => void = () => undefined;
  let closed = 0;
  let ended = 0;
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => void (write = (text) => controller.enqueue(new TextEncoder().encode(text))),
    cancel: () => void (closed += 1),
  });
  const stream = new LogStream({
    source,
    follow: true,
    expiresAt: 2_000,
    mayStill: async () => true,
    now: () => 1_000,
    timings: { checkMs: 5, stalledMs, unconfirmedMs: 30 },
    onEnd: () => void (ended += 1),
    ...change,
  });
  return {
    stream,
    write: (text: string) => write(text),
    upstream: () => closed,
    ended: () => ended,
    reader: stream.body.getReader(),
  };
}

it('forwards what is written, and closes the connection when the client disconnects', async () => {
  const { write, reader, upstream, ended } = logOf();
  write('hello');
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('hello');
  await reader.cancel();
  expect([upstream(), ended()]).toEqual([1, 1]);
});

it.each([
  ['the token ends', { now: () => 2_000 }],
  ['the permission is revoked', { mayStill: async () => false }],
  ['the permission cannot be checked for long', { mayStill: () => Promise.reject(new Error('no database')) }],
])('ends when %s, and the connection with it', async (_title, change) => {
  const { reader, upstream, ended } = logOf(change);
  expect(await reader.read()).toEqual({ done: true, value: undefined });
  expect([upstream(), ended()]).toEqual([1, 1]);
});

it('fails the stream of a log that is cut before its end', async () => {
  const { reader } = logOf({ follow: false, now: () => 2_000 });
  await expect(reader.read()).rejects.toThrow('the token expired');
});

it('disconnects a client that reads nothing for long', async () => {
  const { write, upstream } = logOf({}, 30);
  for (let line = 0; line < 5; line += 1) write('line\n');
  await eventually(async () => expect(upstream()).toBe(1));
});

it('continues while nothing is written and the reader may still see it', async () => {
  let asked = 0;
  const { write, reader, ended } = logOf({ mayStill: async () => (asked += 1) > 0 }, 1);
  const read = reader.read();
  await eventually(async () => expect(asked).toBeGreaterThan(5));
  write('late');
  expect(new TextDecoder().decode((await read).value)).toBe('late');
  expect(ended()).toBe(0);
});
