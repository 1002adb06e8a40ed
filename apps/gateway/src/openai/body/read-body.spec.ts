import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Endpoint } from '../endpoint';
import { MOST_READ_BYTES, READ_TOTAL_BYTES, readModelBody, WHOLE_BYTES, type Need } from './read-body';
import { ReadBudget } from './read-budget';

const CHUNK = 65_536;

const streamOf = (body: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < body.length; at += CHUNK) yield body.subarray(at, at + CHUNK);
    })(),
    { objectMode: false },
  );

const FORM = 'multipart/form-data; boundary=xyz';

const form = (...parts: readonly string[]): string =>
  `--xyz\r\n${parts.join('\r\n--xyz\r\n')}\r\n--xyz--\r\n`;
const field = (name: string, value: string): string =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const file = (content: string): string =>
  `Content-Disposition: form-data; name="file"; filename="model"\r\nContent-Type: audio/wav\r\n\r\n${content}`;

interface Case {
  readonly body: string | Buffer;
  readonly endpoint?: Endpoint;
  readonly headers?: Record<string, string>;
  readonly need?: Need;
  readonly budget?: ReadBudget;
}

async function read({ body, endpoint = 'chat/completions', headers = {}, need = 'model', budget }: Case) {
  const bytes = Buffer.from(body);
  const frees: (() => void)[] = [];
  const source = streamOf(bytes);
  const used = budget ?? new ReadBudget(READ_TOTAL_BYTES);
  const read = await readModelBody(source, {
    ...{ endpoint, headers, need, reserved: used.reserve('me') },
    onEnd: (free) => frees.push(free),
  });
  if (read === 'left') throw new Error('the client has not left');
  const inMemory = used.bytes;
  const payload = read.payload();
  const sent = Buffer.isBuffer(payload) ? payload : await buffer(payload);
  for (const free of frees) free();
  return { body: read, request: read.request, inMemory, unchanged: sent.equals(bytes), left: used.bytes };
}

const long = (length: number): string => 'x'.repeat(length);

describe('the body of a model request', () => {
  it.each<{ name: string; of: Case; request: object }>([
    {
      name: 'a chat',
      of: {
        body: '{"model":"m","stream":true,"max_tokens":7,"messages":[{"role":"user","content":"hi"}]}',
      },
      request: {
        model: 'm',
        stream: true,
        wantsUsage: false,
        maxTokens: 7,
        promptStart: 'user:\nhi\n',
        complete: true,
      },
    },
    {
      name: 'a chat whose usage is wanted',
      of: { body: '{"model":"m","stream":true,"stream_options":{"include_usage":true}}' },
      request: { wantsUsage: true, promptStart: '' },
    },
    {
      name: 'parts of a message',
      of: { body: '{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"model":"m"}' },
      request: { promptStart: 'user:\nhi\n', model: 'm' },
    },
    {
      name: 'a response, whose protocol has the usage always',
      of: { endpoint: 'responses', body: '{"model":"m","input":"hi","max_output_tokens":3}' },
      request: { wantsUsage: true, promptStart: 'hi\n', maxTokens: 3 },
    },
    { name: 'no JSON', of: { body: 'hello' }, request: { complete: true, unread: 'malformed' } },
    { name: 'a list', of: { body: '[]' }, request: { unread: 'malformed' } },
    {
      name: 'a compressed body',
      of: { body: '{"model":"m"}', headers: { 'content-encoding': 'gzip' } },
      request: { complete: false, unread: 'encoded' },
    },
    {
      name: 'a form with the model before the file',
      of: {
        endpoint: 'audio/transcriptions',
        headers: { 'content-type': FORM },
        body: form(field('model', 'm'), file('x')),
      },
      request: { model: 'm' },
    },
    {
      name: 'a form with the model behind a file of megabytes',
      of: {
        endpoint: 'audio/transcriptions',
        headers: { 'content-type': FORM },
        body: form(file(long(3_000_000)), field('stream', 'true'), field('model', 'm')),
      },
      request: { model: 'm', stream: true },
    },
    {
      name: 'a long body that begins with the model',
      of: { body: `{"model":"m","input":"${long(4_000_000)}"}` },
      request: { model: 'm', complete: false },
    },
    {
      name: 'a long body that ends with the model',
      of: { body: `{"messages":"${long(4_000_000)}","model":"m"}` },
      request: { model: 'm', promptStart: `"${long(32_767)}` },
    },
    {
      name: 'a body without the model in the part that is read',
      of: { body: `{"messages":"${long(MOST_READ_BYTES)}","model":"m"}` },
      request: { complete: false, unread: 'too-large' },
    },
    {
      name: 'a long body where the model does not matter',
      of: { body: `{"messages":"${long(4_000_000)}","model":"m"}`, need: 'what-fits' },
      request: { complete: false, unread: 'too-large' },
    },
  ])('is read as far as needed, and goes on unchanged: $name', async ({ of, request }) => {
    const got = await read(of);
    expect(got.request).toMatchObject(request);
    expect({ unchanged: got.unchanged, left: got.left }).toEqual({ unchanged: true, left: 0 });
  });

  it('is not read further than to its model', async () => {
    const { inMemory } = await read({ body: `{"model":"m","input":"${long(10_000_000)}"}` });
    expect(inMemory).toBeGreaterThanOrEqual(WHOLE_BYTES);
    expect(inMemory).toBeLessThan(WHOLE_BYTES + 2 * CHUNK);
  });

  it('is not read when the memory for bodies is used up', async () => {
    const body = `{"model":"m","input":"${long(100_000)}"}`;
    const { request, unchanged } = await read({ body, budget: new ReadBudget(5) });
    expect({ unread: request.unread, unchanged }).toEqual({ unread: 'busy', unchanged: true });
  });

  it('ends when the client leaves', async () => {
    const source = new Readable({ read: () => undefined });
    const options = { endpoint: 'completions', headers: {}, need: 'model', onEnd: () => undefined } as const;
    const ended = readModelBody(source, { ...options, reserved: new ReadBudget(1_000).reserve('me') });
    source.push('{"model":');
    source.destroy();
    expect(await ended).toBe('left');
  });

  it.each([
    {
      name: 'another value',
      member: 'model',
      value: 'other',
      text: '{"model":"other", "n":9007199254740993}',
    },
    { name: 'a new member', member: 'a', value: [1], text: '{"a":[1],"model":"m", "n":9007199254740993}' },
  ])('can be changed in one member, byte for byte: $name', async ({ member, value, text }) => {
    const { body } = await read({ body: '{"model":"m", "n":9007199254740993}' });
    const changed = body.with(member, value);
    expect(String(changed?.payload())).toBe(text);
    expect(changed?.sized(['content-length', '35', 'x', '35'])).toEqual([
      'content-length',
      `${text.length}`,
      'x',
      '35',
    ]);
  });

  it('can be changed in the part that was read of a long body', async () => {
    const text = `{"model":"m","input":"${long(1_000_000)}"}`;
    const options = { endpoint: 'embeddings', headers: {}, need: 'model', onEnd: () => undefined } as const;
    const body = await readModelBody(streamOf(Buffer.from(text)), {
      ...options,
      reserved: new ReadBudget(1e9).reserve('me'),
    });
    if (body === 'left') throw new Error('the client has not left');
    const sent = body.with('model', 'longer')?.payload();
    if (sent === undefined || Buffer.isBuffer(sent)) throw new Error('the rest is a stream');
    expect((await buffer(sent)).toString()).toBe(text.replace('"m"', '"longer"'));
    expect(body.with('user', 'u')).toBeUndefined();
  });
});
