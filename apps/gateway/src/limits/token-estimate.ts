import type { ModelRequest } from '../openai/model-request';

/** Bytes of text per token, as of common tokenizers for English. */
const BYTES_PER_TOKEN = 4;
/** The most that is reserved for what a request brings: pictures in a body are no text. */
const MOST_INPUT = 65_536;
/** What a request that sets no limit of its own is expected to generate. */
const USUAL_OUTPUT = 256;
/** The most that is reserved for what a request may generate: few use all that they allow. */
const MOST_OUTPUT = 4_096;
/** Endpoints that generate no text. */
const WITHOUT_OUTPUT = new Set<string>(['embeddings', 'rerank', 'messages/count_tokens']);

/** The tokens that are reserved for a request of so many bytes until it is known what it needed. */
export function tokensExpected(
  { endpoint, maxTokens = USUAL_OUTPUT }: Pick<ModelRequest, 'endpoint' | 'maxTokens'>,
  bodyBytes: number,
): number {
  const input = endpoint.startsWith('audio/') ? 0 : Math.min(bodyBytes / BYTES_PER_TOKEN, MOST_INPUT);
  const output = WITHOUT_OUTPUT.has(endpoint) ? 0 : Math.min(Math.max(0, maxTokens), MOST_OUTPUT);
  return Math.ceil(input + output);
}
