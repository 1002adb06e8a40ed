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
/** What a server may read in another way than it is written: escapes, empty segments, and those of dots. */
const WRITTEN_OTHERWISE = /%|\/(?:[./]|$)/;

/**
 * The model endpoint that the path ends with, as a server reads it; undefined for other paths. `path` may have a query.
 */
export function endpointOf(path: string): Endpoint | undefined {
  const queryAt = path.indexOf('?');
  const plain = queryAt < 0 ? path : path.slice(0, queryAt);
  return ENDPOINT.exec(WRITTEN_OTHERWISE.test(plain) ? asRead(plain) : plain)?.[1] as Endpoint | undefined;
}

/** Without escapes of ASCII characters and segments that mean nothing. */
function asRead(path: string): string {
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
