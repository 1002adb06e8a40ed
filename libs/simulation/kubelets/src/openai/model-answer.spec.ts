import { modelAnswer, modelList } from './model-answer';

const COST = { promptTokens: 5, cachedTokens: 2 };
const answer = (endpoint: string, body: object) =>
  modelAnswer(`/v1/${endpoint}`, { model: 'm', ...body }, COST);
const messages = [{ role: 'user', content: 'hello' }];

describe('the answer of a simulated model', () => {
  it.each([
    { endpoint: 'chat/completions', body: { messages, max_tokens: 2 } },
    { endpoint: 'completions', body: { prompt: 'hello', max_tokens: 2 } },
    { endpoint: 'responses', body: { input: 'hello', max_output_tokens: 2 } },
    { endpoint: 'messages', body: { messages, max_tokens: 2 } },
  ])('has the tokens that were asked for, whole and as a stream: $endpoint', ({ endpoint, body }) => {
    const whole = answer(endpoint, body);
    expect(JSON.stringify(whole?.body)).toContain('Once upon');
    expect(whole?.tokens).toBe(2);
    const events = answer(endpoint, { ...body, stream: true })?.events?.join('');
    expect(events).toMatch(/Once.* upon/s);
    expect(events?.endsWith('\n\n')).toBe(true);
  });

  it('has usage in a stream only where it was asked for', () => {
    const events = (options: object) =>
      answer('chat/completions', { messages, stream: true, ...options })?.events?.join('');
    expect(events({})).not.toContain('usage');
    expect(events({ stream_options: { include_usage: true } })).toContain('"prompt_tokens":5');
  });

  it('calls the first tool, and answers once it has the result', () => {
    const tools = [{ type: 'function', function: { name: 'weather' } }];
    expect(JSON.stringify(answer('chat/completions', { messages, tools }))).toContain('"weather"');
    const results = [...messages, { role: 'tool', tool_call_id: 'call_1', content: 'sunny' }];
    expect(JSON.stringify(answer('chat/completions', { messages: results, tools }))).toContain('Once');
  });

  it('embeds the same text alike', () => {
    const vectors = answer('embeddings', { input: ['a', 'b', 'a'] })?.body?.['data'] as {
      embedding: number[];
    }[];
    expect(vectors[0]?.embedding).toEqual(vectors[2]?.embedding);
    expect(vectors[0]?.embedding).not.toEqual(vectors[1]?.embedding);
  });

  it('refuses what lacks its input, and leaves other paths alone', () => {
    expect(answer('chat/completions', { messages: [] })).toMatchObject({ status: 400 });
    expect(modelAnswer('/health', {}, COST)).toBeUndefined();
  });
});

describe('the models of a simulated server', () => {
  it('are one, in the list of OpenAI’s API', () => {
    expect(modelList('/v1/models?limit=1', 'chat')?.body).toMatchObject({
      object: 'list',
      data: [{ id: 'chat', object: 'model' }],
    });
  });

  it.each(['/v1/models/chat', '/models', '/'])('are not at %s', (path) => {
    expect(modelList(path, 'chat')).toBeUndefined();
  });
});
