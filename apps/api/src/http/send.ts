import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { FastifyReply } from 'fastify';
import type { AnyAnswer } from './call';
import { JsonText } from './json-text';

/** Sends a response: JSON, text, or a stream, whose headers are sent at once. */
export function send(reply: FastifyReply, { status, body, headers }: AnyAnswer): void {
  void reply.status(status);
  for (const [name, value] of Object.entries(headers ?? {})) void reply.header(name, value);
  if (body === undefined) void reply.send();
  else if (typeof body === 'string') void reply.send(body);
  else if (body instanceof ReadableStream) {
    // Nothing would read the stream, and its source would stay open.
    if (reply.request.method === 'HEAD' || reply.raw.destroyed) {
      void body.cancel();
      void reply.send();
      return;
    }
    if (!reply.hasHeader('content-type')) void reply.type('text/plain; charset=utf-8');
    void reply.send(Readable.fromWeb(body as WebStream));
    // The stream may be silent for hours; send the headers at once so that the client knows it is connected.
    setImmediate(() => reply.raw.flushHeaders());
  } else {
    const text = body instanceof JsonText ? body.text : JSON.stringify(body);
    void reply.header('content-type', 'application/json; charset=utf-8').send(text);
  }
}
