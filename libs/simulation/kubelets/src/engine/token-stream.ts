import type { ServerResponse } from 'node:http';

/** What a request for a stream asks for. */
export interface AskedStream {
  /** Tokens of the answer. */
  readonly tokens: number;
  /** Usage is to be reported at the end. */
  readonly includeUsage: boolean;
}

/** Tokens of an answer to a request that sets no limit, and the most of any. */
const TOKENS = 8;
const MOST_TOKENS = 4_096;

/** The stream of chat or completions that the body asks for; undefined where it asks for none. */
export function askedStream(path: string, body: Readonly<Record<string, unknown>>): AskedStream | undefined {
  if (body['stream'] !== true || !/\/v1\/(?:chat\/)?completions(?:\?|$)/.test(path)) return undefined;
  const most = body['max_completion_tokens'] ?? body['max_tokens'];
  const options = body['stream_options'] as { readonly include_usage?: unknown } | null | undefined;
  return {
    tokens: typeof most === 'number' && most >= 1 ? Math.min(Math.floor(most), MOST_TOKENS) : TOKENS,
    includeUsage: options?.include_usage === true,
  };
}

export interface StreamedTokens extends AskedStream {
  readonly isChat: boolean;
  /** From one token to the next, ms. */
  readonly tokenMs: number;
  /** Reported where the request asks for it. */
  readonly usage: object;
}

/** Sends an answer token by token; it ends where the client leaves. */
export function streamTokens(response: ServerResponse, streamed: StreamedTokens): void {
  const { tokens, tokenMs, isChat, includeUsage, usage } = streamed;
  const head = {
    id: 'simulated',
    object: isChat ? 'chat.completion.chunk' : 'text_completion',
    model: 'simulated',
  };
  const write = (event: object): void =>
    void response.write(
      `data: ${JSON.stringify({ ...head, ...event, ...(includeUsage && !('usage' in event) ? { usage: null } : {}) })}\n\n`,
    );
  const choice = (text: string, last: boolean): object => ({
    index: 0,
    ...(isChat ? { delta: { content: text } } : { text }),
    finish_reason: last ? 'length' : null,
  });
  let sent = 0;
  const next = (): void => {
    if (response.destroyed) return;
    sent += 1;
    write({ choices: [choice(` token-${sent}`, sent === tokens)] });
    if (sent < tokens) return void setTimeout(next, tokenMs);
    if (includeUsage) write({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  next();
}
