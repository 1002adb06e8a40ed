import { promptTokens, TextLength } from './estimate';

describe('estimated tokens', () => {
  it.each([
    ['the texts of messages', { messages: [{ role: 'user', content: 'x'.repeat(36) }] }, 10],
    ['texts in parts', { input: [{ content: [{ type: 'text', text: 'x'.repeat(36) }] }] }, 10],
    ['a prompt of tokens', { prompt: [1, 2, 3] }, 3],
    ['the descriptions of tools', { tools: [{ function: { name: 'f', description: 'x'.repeat(39) } }] }, 10],
    ['a system and a query', { system: 'x'.repeat(20), query: 'x'.repeat(20) }, 10],
    ['no pictures', { messages: [{ content: [{ image_url: { url: `data:${'x'.repeat(9_000)}` } }] }] }, 0],
    ['no recordings', { messages: [{ content: [{ input_audio: { data: 'x'.repeat(9_000) } }] }] }, 0],
    ['nothing that models do not read', { model: 'x'.repeat(400), user: 'x'.repeat(400) }, 0],
  ])('of a request count %s', (_name, body, tokens) => {
    expect(promptTokens(body)).toBe(tokens);
  });

  it('of a request do not depend on how deep it is nested', () => {
    const body = JSON.parse(`{"messages":${'['.repeat(120_000)}"abcd"${']'.repeat(120_000)}}`) as object;
    expect(promptTokens({ ...body })).toBe(1);
  });

  it('of a long answer count all bytes after its beginning', () => {
    const length = new TextLength();
    length.read(Buffer.from(`{"content":"abcdefgh"}`.padEnd(16_384)));
    length.read(Buffer.alloc(4_000));
    expect(length.tokens).toBe(1_002);
  });
});
