import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HttpError } from '@tessera/platform-http';

/** Writes the documented error body for requests that reach no route: not HTTP, too slow, or with too many headers. */
const REFUSALS: Readonly<Record<string, HttpError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new HttpError(408, 'The request did not arrive in time.'),
  HPE_HEADER_OVERFLOW: new HttpError(431, 'The headers of the request are too large.'),
};
const BROKEN = new HttpError(400, 'The request is not HTTP.');

/** Responds on a connection on which Node could not parse a request, and closes it. */
export function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const refused = REFUSALS[error.code ?? ''] ?? BROKEN;
  const body = JSON.stringify(refused.body());
  const head = [
    `HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
