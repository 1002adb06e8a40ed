import type { Endpoint } from '../openai/endpoint';

/** Endpoints whose responses are read for their tokens. `messages/count_tokens` generates none. */
export type MeteredEndpoint =
  'chat/completions' | 'completions' | 'embeddings' | 'responses' | 'messages' | 'rerank' | 'audio';

/** The metered endpoint for an endpoint; undefined where its responses have no tokens. */
export const meteredEndpoint = (endpoint: Endpoint): MeteredEndpoint | undefined => {
  if (endpoint === 'messages/count_tokens') return undefined;
  return endpoint.startsWith('audio/') ? 'audio' : (endpoint as MeteredEndpoint);
};

/** Whether streams of the endpoint report token usage only if the client asks for it (`stream_options`). */
export const asksForUsage = (endpoint: Endpoint): boolean =>
  endpoint === 'chat/completions' || endpoint === 'completions';
