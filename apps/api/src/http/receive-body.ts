import type { IncomingMessage } from 'node:http';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** What is read and thrown away of a body that is refused. Most clients read the answer only once they have sent all. */
const DISCARDED_BYTES = 8 * 1024 * 1024;
const DISCARDED_MS = 5_000;

const TOO_LARGE = new HttpError(413, ERRORS[413].message);
const ENCODED = new HttpError(415, ERRORS[415].message, 'send the body as it is, without Content-Encoding', {
  'accept-encoding': 'identity',
});
const CUT = new HttpError(400, 'Failed to read request body', 'the body ended before its announced length');

type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Receives a whole body of at most `limit` bytes. One that is larger is 413, one under a Content-Encoding is 415; both are
 * answered once the client has sent everything, or 8 MiB more than the limit, or 5 seconds have gone by: an answer while
 * the client still writes is lost to many, for the connection is closed below it.
 */
export function receiveBody(limit: number, payload: IncomingMessage, done: Done): void {
  const { headers } = payload;
  const announced = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  let refused: Error | undefined = isPlain(headers['content-encoding'])
    ? announced !== undefined && announced > limit
      ? TOO_LARGE
      : undefined
    : ENCODED;
  let chunks: Buffer[] = [];
  let received = 0;
  let timer: NodeJS.Timeout | undefined;

  const end = (error: Error | null, body?: Buffer): void => {
    clearTimeout(timer);
    payload.removeAllListeners('data').off('end', onEnd).off('error', onError).off('close', onError);
    // Whoever looks at the request after this must not stumble over what is still coming in.
    payload.on('error', () => undefined);
    done(error, body);
  };
  const refuse = (error: Error): void => {
    refused = error;
    chunks = [];
    timer = setTimeout(() => end(error), DISCARDED_MS);
  };
  const onData = (chunk: Buffer): void => {
    received += chunk.length;
    if (refused !== undefined) {
      if (received > limit + DISCARDED_BYTES) end(refused);
      return;
    }
    if (received > limit) refuse(TOO_LARGE);
    else chunks.push(chunk);
  };
  const onEnd = (): void => {
    if (refused !== undefined) end(refused);
    else if (announced !== undefined && received !== announced) end(CUT);
    else end(null, Buffer.concat(chunks, received));
  };
  const onError = (): void => end(refused ?? CUT);

  if (refused !== undefined) refuse(refused);
  payload.on('data', onData).on('end', onEnd).on('error', onError).on('close', onError);
  payload.resume();
}

const isPlain = (encoding: string | undefined): boolean =>
  encoding === undefined || encoding.trim() === '' || encoding.trim().toLowerCase() === 'identity';
