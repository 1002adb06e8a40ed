import type { ModelRequest } from '../openai/model-request';

/** Bytes of English text per token with common tokenizers. */
const BYTES_PER_TOKEN = 4;
/** Upper limit of the input tokens reserved for a request: images in a body are not text. */
const MOST_INPUT = 65_536;
/** Output tokens expected of a request that sets no limit of its own. */
const USUAL_OUTPUT = 256;
/** Upper limit of the output tokens reserved for a request: few requests use all that they allow. */
const MOST_OUTPUT = 4_096;
/** Endpoints that do not generate text. */
const WITHOUT_OUTPUT = new Set<string>(['embeddings', 'rerank', 'messages/count_tokens']);

/** The tokens to reserve for a request with a body of `bodyBytes` until its actual use is known. */
export function tokensExpected(
  { endpoint, maxTokens = USUAL_OUTPUT }: Pick<ModelRequest, 'endpoint' | 'maxTokens'>,
  bodyBytes: number,
): number {
  const input = endpoint.startsWith('audio/') ? 0 : Math.min(bodyBytes / BYTES_PER_TOKEN, MOST_INPUT);
  const output = WITHOUT_OUTPUT.has(endpoint) ? 0 : Math.min(Math.max(0, maxTokens), MOST_OUTPUT);
  return Math.ceil(input + output);
}
