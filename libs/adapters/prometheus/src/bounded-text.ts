/** The body of a response is longer than allowed. */
export class TooLongError extends Error {
  constructor(maxBytes: number) {
    super(`longer than ${Math.floor(maxBytes / 1_048_576)} MiB`);
    this.name = 'TooLongError';
  }
}

/** The body as text. Rejects with {@link TooLongError} as soon as it has more bytes, without reading the rest. */
export async function boundedText(response: Response, maxBytes: number): Promise<string> {
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw new TooLongError(maxBytes);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > maxBytes) throw new TooLongError(maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
