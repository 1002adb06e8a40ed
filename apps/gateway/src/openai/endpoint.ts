/** What a request asks a model server for: the path after `/v1/`. */
export type Endpoint =
  | 'chat/completions'
  | 'completions'
  | 'embeddings'
  | 'responses'
  | 'messages'
  | 'messages/count_tokens'
  | 'rerank'
  | `audio/${string}`;

const ENDPOINT =
  /(?:^|\/)v1\/(chat\/completions|completions|embeddings|responses|messages(?:\/count_tokens)?|rerank|audio\/[a-z]{1,32})$/;
/** Paths of a model server have no query that is of interest, but may have one. */
const LONGEST = 512;

/** The model endpoint that the path ends with; undefined for other paths. `path` may have a query. */
export function endpointOf(path: string): Endpoint | undefined {
  const queryAt = path.indexOf('?');
  const plain = queryAt < 0 ? path : path.slice(0, queryAt);
  if (plain.length > LONGEST) return undefined;
  return ENDPOINT.exec(plain)?.[1] as Endpoint | undefined;
}
