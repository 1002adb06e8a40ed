import {
  delta,
  EVENTS,
  inOne,
  JSON_TYPE,
  measured,
  ofStream,
  PROMPT_TOKENS,
  USAGE,
  USAGE_EVENT,
} from './testing';

describe('tokens of an answer in JSON', () => {
  it.each([
    {
      name: 'of chat',
      endpoint: 'chat/completions',
      body: {
        choices: [{ message: { content: 'Hi' } }],
        usage: { ...USAGE, prompt_tokens_details: { cached_tokens: 5 } },
      },
      tokens: { inputTokens: 12, cachedTokens: 5, outputTokens: 3, estimated: false },
    },
    {
      name: 'of completions, with usage first',
      endpoint: 'completions',
      body: { usage: USAGE, choices: [{ text: 'Hi' }] },
      tokens: { inputTokens: 12, cachedTokens: 0, outputTokens: 3, estimated: false },
    },
    {
      name: 'of embeddings',
      endpoint: 'embeddings',
      body: { data: [{ embedding: [0.1, 0.2] }], usage: { prompt_tokens: 8, total_tokens: 8 } },
      tokens: { inputTokens: 8, cachedTokens: 0, outputTokens: 0, estimated: false },
    },
    {
      name: 'of rerank, which reports a total',
      endpoint: 'rerank',
      body: { results: [], usage: { total_tokens: 56 } },
      tokens: { inputTokens: 56, cachedTokens: 0, outputTokens: 0, estimated: false },
    },
    {
      name: 'of responses',
      endpoint: 'responses',
      body: {
        output: [{ content: [{ type: 'output_text', text: 'Hi' }] }],
        usage: {
          input_tokens: 36,
          input_tokens_details: { cached_tokens: 32 },
          output_tokens: 87,
          total_tokens: 123,
        },
      },
      tokens: { inputTokens: 36, cachedTokens: 32, outputTokens: 87, estimated: false },
    },
    {
      name: 'of messages, which count cached tokens beside the others',
      endpoint: 'messages',
      body: {
        content: [{ type: 'text', text: 'Hi' }],
        usage: {
          input_tokens: 10,
          cache_read_input_tokens: 100,
          cache_creation_input_tokens: 20,
          output_tokens: 4,
        },
      },
      tokens: { inputTokens: 130, cachedTokens: 100, outputTokens: 4, estimated: false },
    },
    {
      name: 'of a transcription',
      endpoint: 'audio',
      body: { text: 'Hi', usage: { type: 'tokens', input_tokens: 14, output_tokens: 2, total_tokens: 16 } },
      tokens: { inputTokens: 14, cachedTokens: 0, outputTokens: 2, estimated: false },
    },
  ] as const)('are those that the server reports: $name', ({ endpoint, body, tokens }) => {
    const text = JSON.stringify(body);
    const found = measured({ endpoint, headers: JSON_TYPE, chunks: inOne(text) });
    expect(found.measured?.tokens).toEqual(tokens);
    expect(found.sent).toBe(text);
  });

  it('are estimated from its texts, four characters a token, where the server reports none', () => {
    const text = JSON.stringify({ choices: [{ message: { content: 'a "quoted" text of 28 chars.' } }] });
    expect(measured({ headers: JSON_TYPE, chunks: inOne(text) }).measured?.tokens).toEqual({
      inputTokens: PROMPT_TOKENS,
      cachedTokens: 0,
      outputTokens: 8,
      estimated: true,
    });
  });

  it('of a text that looks like usage are not mistaken for it', () => {
    const content = '{"usage":{"prompt_tokens":1,"completion_tokens":1}}';
    const text = JSON.stringify({ choices: [{ message: { content, role: 'usage' } }], usage: USAGE });
    expect(measured({ headers: JSON_TYPE, chunks: inOne(text) }).measured?.tokens.inputTokens).toBe(12);
  });

  it.each([
    ['no JSON', '{"usage":{"prompt_tokens":'],
    ['no counts', '{"usage":{"prompt_tokens":"12","completion_tokens":-3}}'],
    ['another usage', '{"usage":[1,2]}'],
    ['usage that does not end', `{"usage":{"a":"${'x'.repeat(20_000)}`],
  ])('are estimated of a malformed answer: %s', (_name, text) => {
    const found = measured({ headers: JSON_TYPE, chunks: inOne(text) });
    expect(found.measured?.tokens).toMatchObject({ inputTokens: PROMPT_TOKENS, estimated: true });
    expect(found.sent).toBe(text);
  });

  it('are estimated for a compressed response, which is forwarded unchanged', () => {
    const headers = [...JSON_TYPE, 'Content-Encoding', 'gzip'];
    const found = measured({ headers, chunks: inOne('{"usage":{"prompt_tokens":1,"completion_tokens":1}}') });
    expect(found.measured?.tokens).toMatchObject({ outputTokens: 0, estimated: true });
    expect(found.head).toEqual(headers);
  });

  it('are zero for an error', () => {
    const chunks = inOne(JSON.stringify({ error: {}, usage: USAGE }));
    expect(measured({ status: 500, headers: JSON_TYPE, chunks }).measured).toBeUndefined();
  });
});

describe('tokens of a stream', () => {
  it('are those that the server reports at the end, which is forwarded to a client that requested it', () => {
    const text = ofStream(delta(''), delta('Hel'), delta('lo'), USAGE_EVENT, '[DONE]');
    const found = measured({ chunks: inOne(text) });
    expect(found.measured?.tokens).toEqual({
      inputTokens: 12,
      cachedTokens: 0,
      outputTokens: 3,
      estimated: false,
    });
    expect(found.sent).toBe(text);
  });

  it('are removed from the stream where only the gateway requested them', () => {
    const wanted = ofStream(delta('Hel'), delta('lo'), '[DONE]');
    const text = ofStream(
      { ...delta('Hel'), usage: null },
      { ...delta('lo'), usage: { prompt_tokens: 12, completion_tokens: 2 } },
      USAGE_EVENT,
      '[DONE]',
    );
    const headers = [...EVENTS, 'Content-Length', String(text.length)];
    const found = measured({ hidesUsage: true, headers, chunks: inOne(text) });
    expect(found.sent).toBe(wanted);
    expect(found.head).toEqual(EVENTS);
    expect(found.measured?.tokens.outputTokens).toBe(3);
  });

  it.each([
    ['carriage returns', (text: string) => text.replaceAll('\n', '\r\n')],
    ['spaces', (text: string) => text.replaceAll('":', '": ').replaceAll(',"', ', "')],
  ])('are found in other spellings: with %s', (_name, spelled) => {
    const found = measured({
      hidesUsage: true,
      chunks: inOne(spelled(ofStream(delta('Hi'), { ...delta('!'), usage: null }, USAGE_EVENT, '[DONE]'))),
    });
    expect(found.sent).toBe(spelled(ofStream(delta('Hi'), delta('!'), '[DONE]')));
    expect(found.measured?.tokens).toMatchObject({ inputTokens: 12, outputTokens: 3 });
  });

  it('keep an event without choices that reports no usage', () => {
    const first = { choices: [], prompt_filter_results: [{ prompt_index: 0 }] };
    const found = measured({
      hidesUsage: true,
      chunks: inOne(ofStream({ ...first, usage: null }, USAGE_EVENT)),
    });
    expect(found.sent).toBe(ofStream(first));
  });

  it('are the events with text, and the estimated prompt, where it reports none', () => {
    const chunks = inOne(ofStream(delta(''), delta('Hel'), delta('lo'), delta('!'), '[DONE]'));
    expect(measured({ chunks }).measured?.tokens).toEqual({
      inputTokens: PROMPT_TOKENS,
      cachedTokens: 0,
      outputTokens: 3,
      estimated: true,
    });
  });

  it('of messages are read from its begin and its end', () => {
    const chunks = inOne(
      [
        [
          'message_start',
          {
            message: {
              content: [],
              usage: { input_tokens: 25, cache_read_input_tokens: 5, output_tokens: 1 },
            },
          },
        ],
        ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
        ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello' } }],
        ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 15 } }],
        ['message_stop', {}],
      ]
        .map(([type, data]) => `event: ${String(type)}\n${ofStream({ type, ...(data as object) })}`)
        .join(''),
    );
    expect(measured({ endpoint: 'messages', chunks }).measured?.tokens).toEqual({
      inputTokens: 30,
      cachedTokens: 5,
      outputTokens: 15,
      estimated: false,
    });
    const cut = [Buffer.concat(chunks).subarray(0, Buffer.concat(chunks).indexOf('event: message_delta'))];
    expect(measured({ endpoint: 'messages', chunks: cut, cutOff: true }).measured?.tokens).toEqual({
      inputTokens: 30,
      cachedTokens: 5,
      outputTokens: 1,
      estimated: true,
    });
  });

  it('of responses are read from its last event, however long', () => {
    const text = 'x'.repeat(100_000);
    const chunks = inOne(
      ofStream(
        { type: 'response.created', response: { usage: null } },
        { type: 'response.output_text.delta', delta: 'x' },
        { type: 'response.output_text.done', text },
        {
          type: 'response.completed',
          response: { output: [{ text }], usage: { input_tokens: 9, output_tokens: 90 } },
        },
      ),
    );
    const found = measured({ endpoint: 'responses', chunks });
    expect(found.measured?.tokens).toMatchObject({ inputTokens: 9, outputTokens: 90, estimated: false });
    expect(found.measured?.times.between?.tokens).toBe(1);
  });
});

describe('times of an answer', () => {
  it('are those of the tokens of a stream, since the request was sent', () => {
    const chunks = [delta(''), delta('a'), delta('b'), delta('c'), USAGE_EVENT].map((one) =>
      Buffer.from(ofStream(one)),
    );
    const { times } = measured({ chunks }).measured ?? {};
    expect(times).toMatchObject({ answer: 'stream', firstTokenMs: 200, perTokenMs: 100 });
    expect(times?.between?.spanMs).toBe(200);
    expect([...(times?.between?.between ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]);
  });

  it('are those of a whole answer elsewhere', () => {
    const chunks = [Buffer.from('{"choices":[],'), Buffer.from(`"usage":${JSON.stringify(USAGE)}}`)];
    expect(measured({ headers: JSON_TYPE, chunks }).measured?.times).toEqual({
      answer: 'whole',
      firstTokenMs: 100,
      perTokenMs: 200 / 3,
      between: undefined,
    });
  });
});
