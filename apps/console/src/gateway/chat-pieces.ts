import { fieldsIn, fieldsOf, numberIn, stringIn } from '../api/json';
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

const END = '[DONE]';

/**
 * The piece in a chunk of a stream, or in a whole answer, in the form of OpenAI's chat completions; fields of other types
 * count as absent. Throws what a server reports in the middle of a stream.
 */
export function pieceOf(data: string): ChatPiece {
  const { model, choices, usage, error } = fieldsOf(data);
  if (error !== undefined && error !== null) throw refusalOf(statusOf(error), new Headers(), data);
  const choice = fieldsIn(Array.isArray(choices) ? choices[0] : undefined);
  const {
    content,
    reasoning_content: thought,
    reasoning = thought,
  } = fieldsIn(choice['delta'] ?? choice['message']);
  const { prompt_tokens: tokensIn, completion_tokens: tokensOut } = fieldsIn(usage);
  return {
    ...given('model', stringIn(model)),
    ...given('text', stringIn(content)),
    ...given('reasoning', stringIn(reasoning)),
    ...given('finish', stringIn(choice['finish_reason'])),
    ...given('tokensIn', numberIn(tokensIn)),
    ...given('tokensOut', numberIn(tokensOut)),
  };
}

const given = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, V>);

const statusOf = (error: unknown): number => numberIn(fieldsIn(error)['code']) ?? 500;

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
