import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type Readable } from 'node:stream';
import { HttpError } from '@tessera/platform-http';
import { answerError } from '../proxy/answers';
import { REASON_HEADER } from './reason-header';

/**
 * The body of a request, of which at most so many bytes are passed on; a larger one is answered with 413, at once where
 * its length is announced (undefined). Costs nothing where the size is not limited or is announced.
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
  const announced = request.headers['content-length'];
  if (announced !== undefined) {
    if (Number(announced) <= most) return request;
    return void refuse();
  }
  let received = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      received += chunk.length;
      if (received <= most) return done(null, chunk);
      // Nothing follows: the connection ends with the answer.
      refuse();
    },
  });
  request.once('error', () => counted.destroy());
  return request.pipe(counted);
}

/** A body has more bytes than the gateway accepts. */
export const tooLarge = (most: number): HttpError =>
  new HttpError(413, `The body is larger than ${most} bytes, the most that the gateway accepts`, undefined, {
    [REASON_HEADER]: 'BodyTooLarge',
    connection: 'close',
  });
