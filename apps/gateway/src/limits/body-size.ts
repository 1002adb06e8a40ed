import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { HttpError } from '@tessera/platform-http';
import { answerError } from '../proxy/answers';
import { REASON_HEADER } from './reason-header';

/**
 * The body of a request, limited to `most` bytes. A larger body is answered with 413. Where `content-length` already
 * exceeds the limit, that happens at once and the result is undefined. Copies nothing where there is no limit or where
 * `content-length` is given.
 */
export function bounded(
  request: IncomingMessage,
  response: ServerResponse,
  most: number | undefined,
): Readable | undefined {
  if (most === undefined) return request;
  const refuse = (): void => {
    response.once('finish', () => request.destroy());
    answerError(response, tooLarge(most));
  };
  const length = request.headers['content-length'];
  if (length !== undefined) {
    if (Number(length) <= most) return request;
    return void refuse();
  }
  let received = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      received += chunk.length;
      if (received <= most) return done(null, chunk);
      // Without `done` nothing more is read: the connection is closed after the response.
      refuse();
    },
  });
  request.once('error', () => counted.destroy());
  return request.pipe(counted);
}

/** The body is larger than the gateway accepts. */
export const tooLarge = (most: number): HttpError =>
  new HttpError(413, `The request body exceeds the limit of ${most} bytes`, undefined, {
    [REASON_HEADER]: 'BodyTooLarge',
    connection: 'close',
  });
