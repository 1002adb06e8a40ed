import { askedStream } from './token-stream';

describe('a stream that a request asks for', () => {
  it.each([
    ['chat', '/v1/chat/completions', { stream: true }, { tokens: 8, includeUsage: false }],
    [
      'completions',
      '/v1/completions?x=1',
      { stream: true, max_tokens: 3 },
      { tokens: 3, includeUsage: false },
    ],
    [
      'chat with usage',
      '/v1/chat/completions',
      { stream: true, max_completion_tokens: 100_000, stream_options: { include_usage: true } },
      { tokens: 4_096, includeUsage: true },
    ],
    ['no stream', '/v1/chat/completions', { stream: false }, undefined],
    ['another path', '/v1/embeddings', { stream: true }, undefined],
  ] as const)('is found: %s', (_name, path, body, asked) => {
    expect(askedStream(path, body)).toEqual(asked);
  });
});
