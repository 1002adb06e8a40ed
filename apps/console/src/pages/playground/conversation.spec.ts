import { Conversation, requestOf, type Turn } from './conversation';

const OPTIONS = { system: '' };
const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

/** A model whose answer the specification sends, part by part. */
function model() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const asked: object[] = [];
  return {
    asked,
    ask: (body: object, signal: AbortSignal): Promise<Response> => {
      asked.push(body);
      const stream = new ReadableStream<Uint8Array>({ start: (own) => void (controller = own) });
      signal.addEventListener('abort', () => controller?.error(new Error('aborted')));
      return Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } }));
    },
    says: (text: string) => controller?.enqueue(new TextEncoder().encode(chunk(text))),
    ends: () => controller?.close(),
  };
}

/** Resolves with the last turn once it is so. */
function until(
  conversation: Conversation,
  isSo: (turn: Turn | undefined) => boolean,
): Promise<Turn | undefined> {
  return new Promise((resolve) => {
    const check = (): void => {
      const last = conversation.turns().at(-1);
      if (!isSo(last)) return;
      ended();
      resolve(last);
    };
    const ended = conversation.watch(check);
    check();
  });
}

describe('a conversation', () => {
  it('shows an answer as it comes, and measures its first token and its end', async () => {
    let now = 1000;
    const conversation = new Conversation(() => now);
    const { ask, says, ends } = model();
    const sent = conversation.send('Hello', 'm', OPTIONS, ask);
    expect(conversation.turns()).toMatchObject([{ question: 'Hello', state: 'waiting', text: '' }]);
    await Promise.resolve();
    now = 1250;
    says('Once');
    await until(conversation, (turn) => turn?.text === 'Once');
    now = 1500;
    says(' upon');
    await until(conversation, (turn) => turn?.text === 'Once upon');
    ends();
    await sent;
    expect(conversation.turns()).toMatchObject([
      { state: 'done', text: 'Once upon', parts: 2, sentAt: 1000, firstAt: 1250, endedAt: 1500 },
    ]);
  });

  it('keeps what came before it was stopped, and sends it with the next question', async () => {
    const conversation = new Conversation(() => 0);
    const { ask, asked, says, ends } = model();
    const first = conversation.send('Hello', 'm', OPTIONS, ask);
    await Promise.resolve();
    says('Once');
    await until(conversation, (turn) => turn?.text === 'Once');
    conversation.stop();
    await first;
    expect(conversation.turns()).toMatchObject([{ state: 'stopped', text: 'Once' }]);
    const second = conversation.send('Go on', 'm', OPTIONS, ask);
    await Promise.resolve();
    ends();
    await second;
    expect(asked.at(-1)).toMatchObject({
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Once' },
        { role: 'user', content: 'Go on' },
      ],
    });
  });

  it('keeps a refusal, and gives the question back to be sent again', async () => {
    const conversation = new Conversation(() => 0);
    const refused = new Error('no replica');
    await conversation.send('Hello', 'm', OPTIONS, () => Promise.reject(refused));
    expect(conversation.turns()).toMatchObject([{ state: 'refused', error: refused }]);
    expect(conversation.takeBack()).toBe('Hello');
    expect(conversation.turns()).toEqual([]);
  });

  it('asks nothing while an answer is on its way', async () => {
    const conversation = new Conversation(() => 0);
    const { ask, asked, ends } = model();
    const first = conversation.send('Hello', 'm', OPTIONS, ask);
    await conversation.send('Again', 'm', OPTIONS, ask);
    expect(asked).toHaveLength(1);
    ends();
    await first;
  });

  it('stays empty after it was cleared, whatever still arrives', async () => {
    const conversation = new Conversation(() => 0);
    const { ask } = model();
    const sent = conversation.send('Hello', 'm', OPTIONS, ask);
    conversation.clear();
    await sent;
    expect(conversation.turns()).toEqual([]);
  });
});

describe('the request of a chat', () => {
  const turn = { question: 'a', text: 'b', reasoning: '', parts: 1, sentAt: 0 };

  it('has what was set, and leaves the rest to the server', () => {
    expect(requestOf([], 'Hello', 'm', { system: 'Be brief.', temperature: 0, maxTokens: 10 })).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      max_tokens: 10,
    });
    expect(Object.keys(requestOf([], 'Hello', 'm', OPTIONS))).toEqual([
      'model',
      'messages',
      'stream',
      'stream_options',
    ]);
  });

  it('leaves out what was refused', () => {
    const turns = [
      { ...turn, state: 'refused' as const },
      { ...turn, state: 'done' as const },
    ];
    expect(requestOf(turns, 'c', 'm', OPTIONS)).toMatchObject({
      messages: [{ content: 'a' }, { content: 'b' }, { content: 'c' }],
    });
  });
});
