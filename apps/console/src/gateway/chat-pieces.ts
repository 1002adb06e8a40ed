import { EventLines } from '../live/event-lines';
import { refusalOf } from './gateway-error';

/** What a part of an answer brings; texts are appended to what came before. */
export interface ChatPiece {
  readonly text?: string;
  /** What the model thinks before it answers, where the server sends it apart. */
  readonly reasoning?: string;
  /** Name by which the server knows the model. */
  readonly model?: string;
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  /** Why the model ended: `stop`, or `length` where it was cut off. */
  readonly finish?: string;
}

interface Message {
  readonly content?: string | null;
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
}

/** As much of OpenAI's chat completions, whole or in chunks, as is shown. */
interface Completion {
  readonly model?: string;
  readonly choices?: readonly {
    readonly delta?: Message;
    readonly message?: Message;
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly error?: unknown;
}

const END = '[DONE]';

/** The piece in a chunk of a stream, or in a whole answer; throws what a server reports in the middle of a stream. */
export function pieceOf(data: string): ChatPiece {
  const { model, choices, usage, error } = JSON.parse(data) as Completion;
  if (error !== undefined && error !== null) throw refusalOf(statusOf(error), new Headers(), data);
  const [choice] = choices ?? [];
  const { content, reasoning_content: thought, reasoning = thought } = choice?.delta ?? choice?.message ?? {};
  return {
    ...given('model', model),
    ...given('text', content),
    ...given('reasoning', reasoning),
    ...given('finish', choice?.finish_reason),
    ...given('tokensIn', usage?.prompt_tokens),
    ...given('tokensOut', usage?.completion_tokens),
  };
}

const given = <K extends string, V>(name: K, value: V | null | undefined): Partial<Record<K, V>> =>
  value === undefined || value === null ? {} : ({ [name]: value } as Record<K, V>);

const statusOf = (error: unknown): number => {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : 500;
};

/** The pieces of an answer as they come, those that arrive together in one list; a server that does not stream gives one. */
export async function* piecesOf(response: Response): AsyncGenerator<readonly ChatPiece[]> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    yield [pieceOf(await response.text())];
    return;
  }
  if (response.body === null) return;
  const lines = new EventLines();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const texts = lines.push(value).flatMap(({ data }) => (data === undefined || data === END ? [] : [data]));
    if (texts.length > 0) yield texts.map(pieceOf);
  }
}
