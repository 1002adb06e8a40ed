import { maybe } from '@tessera/kernel';
import type { Endpoint } from './endpoint';
import { promptStartOf } from './prompt-start';

type Json = Readonly<Record<string, unknown>>;

/**
 * Why a request body was not read completely. Where the path names the workload, the request is forwarded all the same.
 */
export type Unread =
  /** The body is not a JSON object or form. */
  | 'malformed'
  /** The body is compressed, or has another charset than UTF-8. */
  | 'encoded'
  /** `model` is not in the part of the body that is read. */
  | 'too-large'
  /** The memory for bodies is used up by other requests. */
  | 'busy';

/** A request to a model endpoint, as far as its body was read. */
export interface ModelRequest {
  readonly endpoint: Endpoint;
  readonly model?: string;
  /** The client asks for a stream of events. */
  readonly stream: boolean;
  /** The client asks for token usage in the stream; true where the API has no option for it. */
  readonly wantsUsage: boolean;
  /** Maximum tokens to generate, where the request sets it. */
  readonly maxTokens?: number;
  /** The beginning of the prompt, to compare it with those of other requests; empty where unknown. */
  readonly promptStart: string;
  /** The whole body was read; `body` is set if it is JSON. */
  readonly complete: boolean;
  readonly body?: Json;
  readonly unread?: Unread;
}

/** The request with this JSON body. */
export function requestOf(endpoint: Endpoint, body: Json): ModelRequest {
  const { model } = body;
  const limit = [body['max_completion_tokens'], body['max_output_tokens'], body['max_tokens']].find(
    (one) => typeof one === 'number',
  );
  return new WholeRequest(endpoint, body, typeof model === 'string' ? model : undefined, limit);
}

/** A class, because an object literal with a getter takes several times the memory per request. */
class WholeRequest implements ModelRequest {
  declare readonly model?: string;
  declare readonly maxTokens?: number;
  readonly stream: boolean;
  readonly wantsUsage: boolean;
  readonly complete = true;
  private start: string | undefined;

  constructor(
    readonly endpoint: Endpoint,
    readonly body: Json,
    model: string | undefined,
    maxTokens: number | undefined,
  ) {
    if (model !== undefined) this.model = model;
    if (maxTokens !== undefined) this.maxTokens = maxTokens;
    this.stream = body['stream'] === true;
    this.wantsUsage = usageWanted(endpoint, body['stream_options']);
  }

  get promptStart(): string {
    return (this.start ??= promptStartOf(this.body));
  }
}

/** The request where only a part of the body was read, or where the body is a form. */
export function partialRequest(
  endpoint: Endpoint,
  known: {
    readonly model?: string | undefined;
    readonly stream?: boolean;
    readonly promptStart?: string;
    readonly complete?: boolean;
    readonly unread?: Unread | undefined;
  },
): ModelRequest {
  const { model, stream = false, promptStart = '', complete = false, unread } = known;
  return {
    endpoint,
    ...maybe('model', model),
    stream,
    wantsUsage: usageWanted(endpoint, undefined),
    promptStart,
    complete,
    ...maybe('unread', unread),
  };
}

/** Only these two endpoints have an option for usage in streams. */
function usageWanted(endpoint: Endpoint, options: unknown): boolean {
  if (endpoint !== 'chat/completions' && endpoint !== 'completions') return true;
  return typeof options === 'object' && options !== null && 'include_usage' in options
    ? options.include_usage === true
    : false;
}
