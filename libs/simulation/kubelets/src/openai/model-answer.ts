import { createHash } from 'node:crypto';
import { maybe } from '@tessera/kernel';
import type { Generation } from '../engine/engine';

type Json = Readonly<Record<string, unknown>>;

/** What a model server sends: a body, or events one token after the other. */
export interface ModelAnswer {
  readonly status: number;
  /** Of a whole answer. */
  readonly body?: Json;
  /** Events of a stream, in the parts in which they are sent; the first part comes with the first token. */
  readonly events?: readonly string[];
  /** Tokens that are generated. */
  readonly tokens: number;
}

const WORDS = ['Once', ' upon', ' a', ' time', ' a', ' simulated', ' model', ' answered', '.'] as const;
/** Tokens of an answer whose length the request does not limit. */
const USUAL_TOKENS = 16;
const MOST_TOKENS = 4_096;
const DIMENSIONS = 8;
const CREATED = 1_767_225_600;

/**
 * The answer of a simulated model to a request in the format of OpenAI or Anthropic, plausible and the same every time;
 * undefined for other requests.
 */
export function modelAnswer(
  path: string,
  body: Json,
  { promptTokens, cachedTokens }: Pick<Generation, 'promptTokens' | 'cachedTokens'>,
): ModelAnswer | undefined {
  const endpoint = /\/v1\/([a-z/_]+)$/.exec(path.split('?', 1)[0] ?? '')?.[1];
  const asked = [body['max_completion_tokens'], body['max_output_tokens'], body['max_tokens']];
  const limit = asked.find((one): one is number => typeof one === 'number' && one > 0);
  const count = Math.min(limit ?? USUAL_TOKENS, MOST_TOKENS);
  const request: Asked = {
    model: typeof body['model'] === 'string' ? body['model'] : 'simulated',
    words: Array.from({ length: count }, (_, at) => WORDS[at % WORDS.length] ?? ''),
    finish: limit === undefined ? 'stop' : 'length',
    isStream: body['stream'] === true,
    promptTokens,
    cachedTokens,
  };
  switch (endpoint) {
    case 'chat/completions':
      return Array.isArray(body['messages']) && body['messages'].length > 0
        ? chat(body, request)
        : refused('messages');
    case 'completions':
      return 'prompt' in body ? completion(body, request) : refused('prompt');
    case 'embeddings':
      return 'input' in body ? embeddings(body, request) : refused('input');
    case 'responses':
      return 'input' in body ? response(request) : refused('input');
    case 'messages':
      return Array.isArray(body['messages']) ? message(request) : refused('messages');
    default:
      return undefined;
  }
}

/** The list of the models of a server, which has one; undefined for other paths. */
export function modelList(path: string, model: string): ModelAnswer | undefined {
  if (!/\/v1\/models$/.test(path.split('?', 1)[0] ?? '')) return undefined;
  const data = [{ id: model, object: 'model', created: CREATED, owned_by: 'simulated' }];
  return { status: 200, tokens: 0, body: { object: 'list', data } };
}

interface Asked {
  readonly model: string;
  readonly words: readonly string[];
  readonly finish: 'stop' | 'length';
  readonly isStream: boolean;
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

const refused = (param: string): ModelAnswer => ({
  status: 400,
  tokens: 0,
  body: {
    error: {
      message: `Missing required parameter: '${param}'.`,
      type: 'invalid_request_error',
      param,
      code: 'missing_required_parameter',
    },
  },
});

const usageOf = ({ promptTokens, cachedTokens, words }: Asked): Json => ({
  prompt_tokens: promptTokens,
  completion_tokens: words.length,
  total_tokens: promptTokens + words.length,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});

const event = (data: Json, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
const DONE = 'data: [DONE]\n\n';

/** The name of the tool that the model calls; undefined where it answers with text. */
function calledTool({ tools, tool_choice: choice, messages }: Json): string | undefined {
  if (!Array.isArray(tools) || choice === 'none') return undefined;
  const last = (messages as readonly Json[]).at(-1);
  const [first] = tools as readonly { readonly function?: { readonly name?: string } }[];
  return last?.['role'] === 'tool' ? undefined : first?.function?.name;
}

function chat(body: Json, asked: Asked): ModelAnswer {
  const { model, words, finish, isStream } = asked;
  const tool = calledTool(body);
  const calls =
    tool === undefined
      ? undefined
      : [{ index: 0, id: 'call_1', type: 'function', function: { name: tool, arguments: '{}' } }];
  const head = { id: 'chatcmpl-1', created: CREATED, model };
  const reason = calls === undefined ? finish : 'tool_calls';
  if (!isStream) {
    const content = calls === undefined ? words.join('') : null;
    const message = { role: 'assistant', content, ...maybe('tool_calls', calls) };
    const choices = [{ index: 0, message, finish_reason: reason, logprobs: null }];
    return whole({ ...head, object: 'chat.completion', choices, usage: usageOf(asked) }, asked);
  }
  const chunk = (delta: Json, finish_reason: string | null = null): string =>
    event({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
  const deltas = calls === undefined ? words.map((content) => ({ content })) : [{ tool_calls: calls }];
  const events = deltas.map((delta, at) => chunk(at === 0 ? { role: 'assistant', ...delta } : delta));
  const end = [chunk({}, reason), ...usageChunk(body, { ...head, object: 'chat.completion.chunk' }, asked)];
  return { status: 200, tokens: events.length, events: [...events, end.join('') + DONE] };
}

function completion(body: Json, asked: Asked): ModelAnswer {
  const { model, words, finish, isStream } = asked;
  const head = { id: 'cmpl-1', object: 'text_completion', created: CREATED, model };
  const choice = (text: string, finish_reason: string | null) => [
    { index: 0, text, finish_reason, logprobs: null },
  ];
  if (!isStream)
    return whole({ ...head, choices: choice(words.join(''), finish), usage: usageOf(asked) }, asked);
  const events = words.map((text, at) =>
    event({ ...head, choices: choice(text, at === words.length - 1 ? finish : null) }),
  );
  return {
    status: 200,
    tokens: words.length,
    events: [...events, usageChunk(body, head, asked).join('') + DONE],
  };
}

/** Only where the client asked for it. */
function usageChunk({ stream_options: options }: Json, head: Json, asked: Asked): readonly string[] {
  const isWanted = (options as Json | undefined)?.['include_usage'] === true;
  return isWanted ? [event({ ...head, choices: [], usage: usageOf(asked) })] : [];
}

function embeddings(body: Json, asked: Asked): ModelAnswer {
  const { input, dimensions, encoding_format: format } = body;
  const isList = Array.isArray(input) && typeof input[0] !== 'number';
  const data = (isList ? (input as readonly unknown[]) : [input]).map((one, index) => {
    const size = typeof dimensions === 'number' ? dimensions : DIMENSIONS;
    const vector = Float32Array.from({ length: size }, (_, at) => part(one, at));
    const embedding = format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const usage = { prompt_tokens: asked.promptTokens, total_tokens: asked.promptTokens };
  return { status: 200, tokens: 0, body: { object: 'list', model: asked.model, data, usage } };
}

/** Between -1 and 1. */
const part = (value: unknown, at: number): number =>
  createHash('sha256')
    .update(JSON.stringify([value, at]))
    .digest()
    .readInt16LE() / 32_768;

function response(asked: Asked): ModelAnswer {
  const { model, words, isStream, promptTokens, cachedTokens } = asked;
  const text = words.join('');
  const content = [{ type: 'output_text', text, annotations: [] }];
  const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content };
  const head = { id: 'resp_1', object: 'response', created_at: CREATED, model };
  const usage = {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens },
    output_tokens: words.length,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: promptTokens + words.length,
  };
  const completed = { ...head, status: 'completed', output: [item], usage };
  if (!isStream) return whole(completed, asked);
  const typed = (type: string, more: Json): string => event({ type, ...more }, type);
  const deltas = words.map((delta) =>
    typed('response.output_text.delta', { item_id: item.id, output_index: 0, content_index: 0, delta }),
  );
  const begin = typed('response.created', { response: { ...head, status: 'in_progress', output: [] } });
  const end = typed('response.completed', { response: completed });
  return { status: 200, tokens: words.length, events: [begin + (deltas[0] ?? ''), ...deltas.slice(1), end] };
}

/** In Anthropic's format. */
function message(asked: Asked): ModelAnswer {
  const { model, words, finish, isStream, promptTokens, cachedTokens } = asked;
  const reason = finish === 'length' ? 'max_tokens' : 'end_turn';
  const input = { input_tokens: promptTokens - cachedTokens, cache_read_input_tokens: cachedTokens };
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model, stop_sequence: null };
  const content = [{ type: 'text', text: words.join('') }];
  const usage = { ...input, output_tokens: words.length };
  if (!isStream) return whole({ ...head, content, stop_reason: reason, usage }, asked);
  const typed = (type: string, more: Json): string => event({ type, ...more }, type);
  const start = { ...head, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } };
  const begin =
    typed('message_start', { message: start }) +
    typed('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  const deltas = words.map((text) =>
    typed('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  );
  const delta = { stop_reason: reason, stop_sequence: null };
  const end =
    typed('content_block_stop', { index: 0 }) +
    typed('message_delta', { delta, usage: { output_tokens: words.length } }) +
    typed('message_stop', {});
  return { status: 200, tokens: words.length, events: [begin + (deltas[0] ?? ''), ...deltas.slice(1), end] };
}

const whole = (body: Json, { words }: Asked): ModelAnswer => ({ status: 200, body, tokens: words.length });
