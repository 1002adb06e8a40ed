import { piecesOf, pieceOf, type ChatPiece } from './chat-pieces';

const chunk = (delta: object, more: object = {}): string =>
  `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
const USAGE = { choices: [], usage: { prompt_tokens: 8, completion_tokens: 2 } };

async function read(
  parts: readonly Uint8Array[],
  type = 'text/event-stream; charset=utf-8',
): Promise<ChatPiece[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
  const pieces: ChatPiece[] = [];
  for await (const some of piecesOf(new Response(body, { headers: { 'content-type': type } })))
    pieces.push(...some);
  return pieces;
}

const bytes = (...texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => new TextEncoder().encode(text));

describe('an answer of a chat', () => {
  it('comes in pieces, with the tokens at its end', async () => {
    const stream = [
      chunk({ role: 'assistant', content: 'Once' }),
      chunk({ content: ' upon' }),
      chunk({}, USAGE),
    ];
    expect(await read(bytes(...stream, 'data: [DONE]\n\n'))).toEqual([
      { model: 'm', text: 'Once' },
      { model: 'm', text: ' upon' },
      { model: 'm', tokensIn: 8, tokensOut: 2 },
    ]);
  });

  it('is the same where it is cut within a character or an event', async () => {
    const [whole = new Uint8Array()] = bytes(chunk({ content: 'Grüße' }));
    const parts = Array.from(whole, (byte) => Uint8Array.of(byte));
    expect(await read(parts)).toEqual([{ model: 'm', text: 'Grüße' }]);
  });

  it('is one piece of a server that does not stream', async () => {
    const choices = [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }];
    const body = JSON.stringify({ model: 'm', ...USAGE, choices });
    expect(await read(bytes(body), 'application/json')).toEqual([
      { model: 'm', text: 'Hello', finish: 'stop', tokensIn: 8, tokensOut: 2 },
    ]);
  });

  it.each(['reasoning_content', 'reasoning'])('has what the model thinks apart, in %s', (field) => {
    expect(pieceOf(JSON.stringify({ choices: [{ delta: { [field]: 'Hm', content: null } }] }))).toEqual({
      reasoning: 'Hm',
    });
  });

  it('ends with the error that a server reports within a stream', async () => {
    const broken = `data: {"error":{"message":"out of memory","code":500}}\n\n`;
    await expect(read(bytes(chunk({ content: 'a' }), broken))).rejects.toThrow('out of memory');
  });
});
