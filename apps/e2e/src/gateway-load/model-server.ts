import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

/** A pod that takes requests. */
export interface RunningPod {
  readonly address: string;
  /** Takes no further connection; with `cut`, those that are open end at once. */
  stop(cut: boolean): void;
}

const TOKENS = 20;
const TOKEN_EVERY_MS = 5;
const USAGE = { prompt_tokens: 5, completion_tokens: TOKENS, total_tokens: TOKENS + 5 };

/** A model server that answers whole, streams with usage where it is asked for, and echoes websockets. */
export async function startModel(): Promise<RunningPod> {
  const server = createServer((request, response) => void answer(request, response).catch(() => undefined));
  server.on('upgrade', (request, socket: Duplex) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => undefined);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.pipe(socket);
  });
  return {
    address: await listen(server),
    stop: (cut) => {
      server.close();
      if (cut) server.closeAllConnections();
    },
  };
}

/** A server of gRPC that sends messages back as they come. */
export async function startGrpc(): Promise<RunningPod> {
  const server = createHttp2Server();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined).once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.pipe(stream);
  });
  return {
    address: await listen(server),
    stop: (cut) => {
      server.close();
      for (const session of sessions)
        if (cut) session.destroy();
        else session.close();
    },
  };
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined);
  const body = await text(request);
  if (!body.includes('"stream":true')) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ length: body.length, usage: USAGE }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const usage = `data: {"choices":[],"usage":${JSON.stringify(USAGE)}}\n\n`;
  const next = (left: number): void => {
    if (response.destroyed) return;
    if (left === 0) {
      if (body.includes('"include_usage":true')) response.write(usage);
      return void response.end('data: [DONE]\n\n');
    }
    response.write(`data: {"choices":[{"index":0,"delta":{"content":"${left}"}}]}\n\n`);
    setTimeout(() => next(left - 1), TOKEN_EVERY_MS);
  };
  next(TOKENS);
}
