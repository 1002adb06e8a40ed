import type { IncomingMessage } from 'node:http';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/**
 * Bytes of a rejected body that are read and discarded. Most clients read the response only after sending everything.
 */
const DISCARDED_BYTES = 8 * 1024 * 1024;
const DISCARDED_MS = 5_000;

const TOO_LARGE = new HttpError(413, ERRORS[413].message);
const ENCODED = new HttpError(415, ERRORS[415].message, 'send the body as it is, without Content-Encoding', {
  'accept-encoding': 'identity',
});
const CUT = new HttpError(400, 'Failed to read request body', 'the body ended before its announced length');

type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Receives a whole body of at most `limit` bytes. A larger one is 413, one with a Content-Encoding is 415. Both are
 * sent once the client has sent everything, or 8 MiB more than the limit, or after 5 seconds: many clients lose a
 * response that arrives while they still write, because the connection is closed under them.
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
    // Later readers of the request must not see the rest of the body.
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
