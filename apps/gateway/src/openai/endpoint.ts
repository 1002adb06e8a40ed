/** An endpoint of a model server: the path after `/v1/`. */
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
/** Matches paths that a server may normalise: with escapes, empty segments or dot segments. */
const NOT_NORMALISED = /%|\/(?:[./]|$)/;

/**
 * The model endpoint that the path ends with once a server has normalised it; undefined for other paths. `path` may
 * have a query.
 */
export function endpointOf(path: string): Endpoint | undefined {
  const queryAt = path.indexOf('?');
  const plain = queryAt < 0 ? path : path.slice(0, queryAt);
  return ENDPOINT.exec(NOT_NORMALISED.test(plain) ? normalised(plain) : plain)?.[1] as Endpoint | undefined;
}

/** The path with ASCII escapes decoded, and without empty segments and dot segments. */
function normalised(path: string): string {
  const decoded = path.replace(/%[0-7][\da-f]/gi, (escape) =>
    String.fromCharCode(Number.parseInt(escape.slice(1), 16)),
  );
  const segments: string[] = [];
  for (const segment of decoded.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}
