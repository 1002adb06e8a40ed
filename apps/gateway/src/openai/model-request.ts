import { maybe } from '@tessera/kernel';
import type { Endpoint } from './endpoint';
import { promptStartOf } from './prompt-start';

type Json = Readonly<Record<string, unknown>>;

/** Why a body does not show all that matters of a request; it is forwarded all the same where its place is known. */
export type Unread =
  /** The endpoint's body is no JSON object, or no form. */
  | 'malformed'
  /** It is compressed, or of another content type. */
  | 'encoded'
  /** `model` is not within the part that is looked at. */
  | 'too-large'
  /** The bodies that are read at the moment fill the memory for them. */
  | 'busy';

/** What a request to a model endpoint asks for, as far as its body was read. */
export interface ModelRequest {
  readonly endpoint: Endpoint;
  readonly model?: string;
  /** The response is a stream of events. */
  readonly stream: boolean;
  /** The client wants the usage of tokens in the stream; always so where the protocol has no choice. */
  readonly wantsUsage: boolean;
  /** Most tokens to generate, where the request limits them. */
  readonly maxTokens?: number;
  /** Begin of the text that the model reads, for comparison with that of other requests; empty where not known. */
  readonly promptStart: string;
  /** The whole body was read: `body` is there if it is JSON. */
  readonly complete: boolean;
  readonly body?: Json;
  readonly unread?: Unread;
}

/** From the whole JSON body. */
export function requestOf(endpoint: Endpoint, body: Json): ModelRequest {
  const { model } = body;
  const limit = [body['max_completion_tokens'], body['max_output_tokens'], body['max_tokens']].find(
    (one) => typeof one === 'number',
  );
  return new WholeRequest(endpoint, body, typeof model === 'string' ? model : undefined, limit);
}

/** A class, since an object with a getter of its own takes several times the memory, once for each request. */
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

/** From a part of the body, or from a form. */
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

/** Only these two leave it to the client. */
function usageWanted(endpoint: Endpoint, options: unknown): boolean {
  if (endpoint !== 'chat/completions' && endpoint !== 'completions') return true;
  return typeof options === 'object' && options !== null && 'include_usage' in options
    ? options.include_usage === true
    : false;
}
