import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Duplex } from 'node:stream';
import { contained, HttpError } from '@tessera/platform-http';
import { tooLarge } from '../limits/body-size';
import { answerError } from './answers';
import type { Proxy } from './proxy';

/**
 * Serves a request with a declined upgrade offer as an ordinary request. Node passes the bare socket of such a
 * request, so the body is read from it by its content-length, at most `mostBytes`.
 */
export function answerPlainly(
  proxy: Proxy,
  request: IncomingMessage,
  response: ServerResponse,
  socket: Duplex,
  head: Buffer,
  mostBytes?: number,
): Promise<void> {
  if (request.headers['transfer-encoding'] !== undefined) {
    const message = 'A request with an Upgrade header must have Content-Length; add it or leave Upgrade out';
    answerError(response, new HttpError(411, message));
    return Promise.resolve();
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length === 0) {
    socket.resume();
    return proxy.handle(request, response, undefined);
  }
  if (mostBytes !== undefined && length > mostBytes) {
    answerError(response, tooLarge(mostBytes));
    return Promise.resolve();
  }
  const body = new PassThrough();
  body.on('error', () => socket.destroy());
  // Without this, the reader of a body that was cut off would wait for ever.
  socket.once('close', () => body.destroy());
  let missing = length;
  const take = contained(
    (chunk: Buffer): void => {
      const mine = chunk.subarray(0, missing);
      missing -= mine.length;
      if (mine.length > 0 && !body.write(mine) && missing > 0) socket.pause();
      if (missing === 0 && !body.writableEnded) body.end();
    },
    () => socket.destroy(),
  );
  body.on('drain', () => socket.resume());
  take(head);
  socket.on('data', take);
  return proxy.handle(request, response, body);
}
