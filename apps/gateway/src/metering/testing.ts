import type { MeteredEndpoint } from './endpoint';
import { Meter, type Measured } from './meter';

export const JSON_TYPE = ['content-type', 'application/json'];
export const EVENTS = ['content-type', 'text/event-stream; charset=utf-8'];
export const PROMPT_TOKENS = 7;

export interface Answer {
  readonly endpoint?: MeteredEndpoint;
  readonly hidesUsage?: boolean;
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly chunks: readonly Buffer[];
  /** The connection to the replica breaks, or the client leaves. */
  readonly cutOff?: boolean;
}

export function measured({ endpoint = 'chat/completions', hidesUsage = false, ...answer }: Answer): {
  readonly sent: string;
  readonly head: readonly string[];
  readonly measured: Measured | undefined;
} {
  let now = 0;
  const meter = new Meter({ endpoint, hidesUsage, promptTokens: () => PROMPT_TOKENS, now: () => now });
  now = 1_000;
  meter.sent();
  const head = meter.head(answer.status ?? 200, [...(answer.headers ?? EVENTS)]);
  const sent: Buffer[] = [];
  for (const chunk of answer.chunks) {
    now += 100;
    sent.push(meter.data(chunk) ?? Buffer.alloc(0));
  }
  if (answer.cutOff !== true) sent.push(meter.end() ?? Buffer.alloc(0));
  return { sent: Buffer.concat(sent).toString(), head, measured: meter.measured() };
}

export const inOne = (text: string): Buffer[] => [Buffer.from(text)];
export const ofStream = (...events: readonly (object | string)[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
export const delta = (content: string): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
});
export const USAGE = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
export const USAGE_EVENT = {
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [],
  usage: USAGE,
};
