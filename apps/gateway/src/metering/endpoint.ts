import type { Endpoint } from '../openai/endpoint';

/** Interfaces whose answers are read for tokens; of `messages/count_tokens` nothing is generated. */
export type MeteredEndpoint =
  'chat/completions' | 'completions' | 'embeddings' | 'responses' | 'messages' | 'rerank' | 'audio';

/** How the answers of an endpoint are read; undefined where they have no tokens. */
export const meteredEndpoint = (endpoint: Endpoint): MeteredEndpoint | undefined => {
  if (endpoint === 'messages/count_tokens') return undefined;
  return endpoint.startsWith('audio/') ? 'audio' : (endpoint as MeteredEndpoint);
};

/** Where the usage of tokens comes with a stream only if the client asks for it. */
export const asksForUsage = (endpoint: Endpoint): boolean =>
  endpoint === 'chat/completions' || endpoint === 'completions';
